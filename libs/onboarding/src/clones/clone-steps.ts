import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { isEphemeral } from '@tenantry/kernel';
import { migrationsOf, OwnerDatabase, TenantLoading, tenantSchema, type OperationStep } from '@tenantry/tenancy';
import type { DataSource } from 'typeorm';
import type { OwnerInput } from '../tenants/owner-step.js';
import { TenantPlan } from '../tenants/tenant-plan.js';

export interface CloneInput {
  /** Id of the tenant that is made. */
  readonly target: string;
  readonly source: string;
  readonly data: boolean;
  readonly owner?: OwnerInput;
}

/** The steps of making a tenant like another one. */
@Injectable()
export class CloneSteps {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly owner: OwnerDatabase,
    private readonly loading: TenantLoading,
    private readonly plan: TenantPlan,
  ) {}

  of({ data, owner }: CloneInput): readonly OperationStep[] {
    if (!data) return this.plan.createAnd(this.announce);
    const { core, subscribe, ownerStep } = this.plan;
    return [core.createRole, this.copy, core.migrate, subscribe, ...(owner ? [ownerStep] : []), this.announce];
  }

  /** Tables whose rows stay with their tenant. */
  get ephemeral(): string[] {
    return this.dataSource.entityMetadatas
      .filter(({ target }) => typeof target === 'function' && isEphemeral(target))
      .map(({ tableName }) => tableName);
  }

  private get announce(): OperationStep {
    return this.plan.core.announceAs(({ tenant, input }) => {
      const { source, data } = input as unknown as CloneInput;
      return { type: 'tenant.cloned', payload: { slug: tenant.slug, source, data } };
    });
  }

  private readonly copy: OperationStep = {
    name: 'copy-data',
    run: async ({ client, tenant, input, checkpoint }) => {
      const { source } = input as unknown as CloneInput;
      const target = { tenantId: tenant.id, schema: tenantSchema(tenant.id) };
      const migrations = await this.owner.withClient((reader) => migrationsOf(reader, source));
      await this.loading.build(target, migrations);
      await this.loading.copy(source, target, this.ephemeral, checkpoint);
      await this.loading.adopt(client, target);
    },
  };
}
