import type { Tenant } from '../context/tenant.js';
import type { TenantMigrations } from '../migrations/tenant-migrations.js';
import type { OperationStep, StepContext } from '../operations/operation-step.js';
import type { TenantCreated } from '../events/tenant-events.js';
import { announceTransition, type TenantTransition } from './announce-transition.js';
import type { TenantDdl } from './tenant-ddl.js';

/** The steps of tenancy itself, from which onboarding composes a tenant's life. */
export interface CoreSteps {
  readonly createRole: OperationStep;
  readonly createSchema: OperationStep;
  readonly migrate: OperationStep;
  readonly announce: OperationStep;
  /** The same, where listeners are told first how the tenant came to be. */
  announceAs(told: (context: StepContext) => TenantTransition): OperationStep;
  readonly dropSchema: OperationStep;
  readonly dropRole: OperationStep;
  readonly forget: OperationStep;
}

export function coreSteps(ddl: TenantDdl, migrations: TenantMigrations): CoreSteps {
  return {
    createRole: { name: 'create-role', run: ({ client, tenant }) => ddl.createRole(client, tenant.id) },
    createSchema: { name: 'create-schema', run: ({ client, tenant }) => ddl.createSchema(client, tenant.id) },
    // In transactions of its own, each with its ledger row: idempotent without this step's record.
    migrate: { name: 'migrate', run: async ({ tenant }) => void (await migrations.migrateTenant(tenant.id)) },
    announce: announceStep(() => []),
    announceAs: (told) => announceStep((context) => [told(context)]),
    dropSchema: { name: 'drop-schema', run: ({ client, tenant }) => ddl.dropSchema(client, tenant.id) },
    dropRole: { name: 'drop-role', run: ({ client, tenant }) => ddl.dropRole(client, tenant.id) },
    forget: {
      name: 'forget',
      run: async ({ client, tenant }) => {
        await client.query('DELETE FROM platform.tenant WHERE id = $1', [tenant.id]);
        const { id, slug } = tenant;
        await announceTransition(client, { id, slugs: [slug] }, { type: 'tenant.purged', payload: { slug } });
      },
    },
  };
}

function announceStep(before: (context: StepContext) => TenantTransition[]): OperationStep {
  return {
    name: 'announce',
    sharesTransaction: true,
    irrevocable: true,
    run: async (context) => {
      const { client, tenant } = context;
      const { id, slug } = tenant;
      if (tenant.status !== 'active') {
        await client.query(`UPDATE platform.tenant SET status = 'active', updated_at = now() WHERE id = $1`, [id]);
      }
      const created = { type: 'tenant.created', payload: described(tenant) } as const;
      await announceTransition(client, { id, slugs: [slug] }, ...before(context), created);
    },
  };
}

function described({ slug, name, plan }: Tenant): TenantCreated {
  return { slug, name, plan };
}
