import { Injectable } from '@nestjs/common';
import { Settings } from '@tenantry/kernel';
import {
  announceTransition,
  TenantLoading,
  tenantSchema,
  type LoadingTarget,
  type Manifest,
  type OperationStep,
  type StepContext,
} from '@tenantry/tenancy';
import { CloneSteps } from '../clones/clone-steps.js';
import { ArchiveFolder } from '../exports/archive-folder.js';
import { TenantPlan } from '../tenants/tenant-plan.js';

export interface ImportInput {
  readonly file: string;
  readonly manifest: Manifest;
}

const inputOf = ({ input }: Pick<StepContext, 'input'>) => input as unknown as ImportInput;
const hex = (id: string) => id.replaceAll('-', '');

/** Schema that is filled beside a tenant's own. */
export const stagedSchema = (operationId: string): string => `import_${hex(operationId)}`;
/** What a tenant's schema is called once it is replaced, until it is dropped. */
export const replacedSchema = (operationId: string): string => `replaced_${hex(operationId)}`;

/** The steps of making a tenant of an archive, and of giving a tenant an archive's data instead of its own. */
@Injectable()
export class ImportSteps {
  constructor(
    private readonly loading: TenantLoading,
    private readonly folder: ArchiveFolder,
    private readonly settings: Settings,
    private readonly plan: TenantPlan,
    private readonly clones: CloneSteps,
  ) {}

  get create(): readonly OperationStep[] {
    const { core, subscribe } = this.plan;
    return [
      core.createRole,
      this.build,
      this.load,
      core.migrate,
      subscribe,
      core.announceAs(({ tenant: { slug } }) => ({ type: 'tenant.imported', payload: { slug } })),
      this.discard,
    ];
  }

  get replace(): readonly OperationStep[] {
    return [this.build, this.load, this.complete, this.swap, this.dropReplaced, this.discard];
  }

  private readonly build: OperationStep = {
    name: 'build-schema',
    run: async (context) => this.loading.build(targetOf(context), inputOf(context).manifest.migrations),
  };

  private readonly load: OperationStep = {
    name: 'load-rows',
    run: async (context) => {
      const { file, manifest } = inputOf(context);
      const target = targetOf(context);
      await this.loading.load({
        file: this.folder.pathOf(file),
        manifest,
        schema: target.schema,
        limit: this.settings.get('TENANTRY_IMPORT_LIMIT'),
        checkpoint: context.checkpoint,
      });
      if (isNew(context)) await this.loading.adopt(context.client, target);
    },
  };

  /** The newest shape, and nobody's session: one that was ended since must not be good again. */
  private readonly complete: OperationStep = {
    name: 'migrate-staged',
    run: async (context) => {
      const target = targetOf(context);
      await this.loading.complete(target);
      await this.loading.empty(target.schema, this.clones.ephemeral);
    },
  };

  private readonly swap: OperationStep = {
    name: 'swap',
    irrevocable: true,
    run: async (context) => {
      const { client, tenant, operationId = '' } = context;
      await this.loading.swap(client, targetOf(context), replacedSchema(operationId));
      const { id, slug } = tenant;
      await announceTransition(client, { id, slugs: [slug] }, { type: 'tenant.replaced', payload: { slug } });
    },
  };

  private readonly dropReplaced: OperationStep = {
    name: 'drop-replaced',
    irrevocable: true,
    run: ({ client, operationId = '' }) => this.loading.drop(client, replacedSchema(operationId)),
  };

  private readonly discard: OperationStep = {
    name: 'discard-archive',
    irrevocable: true,
    run: (context) => this.folder.remove(inputOf(context).file),
  };
}

/** A tenant that is made of the archive is filled where it is: nobody can be in it yet. */
function isNew({ tenant }: StepContext): boolean {
  return tenant.status === 'provisioning';
}

function targetOf(context: StepContext): LoadingTarget {
  const { tenant, operationId = '' } = context;
  return { tenantId: tenant.id, schema: isNew(context) ? tenantSchema(tenant.id) : stagedSchema(operationId) };
}
