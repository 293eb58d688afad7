import { ANNOUNCE_SQL, encodeChange } from '../registry/tenant-change.js';
import type { TenantMigrations } from '../migrations/tenant-migrations.js';
import type { OperationStep } from '../operations/operation-step.js';
import type { TenantDdl } from './tenant-ddl.js';

/** The steps of tenancy itself, from which onboarding composes a tenant's life. */
export interface CoreSteps {
  readonly createRole: OperationStep;
  readonly createSchema: OperationStep;
  readonly migrate: OperationStep;
  readonly announce: OperationStep;
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
    announce: {
      name: 'announce',
      sharesTransaction: true,
      run: async ({ client, tenant }) => {
        await client.query(
          `WITH live AS (UPDATE platform.tenant SET status = 'active', updated_at = now() WHERE id = $2) ${ANNOUNCE_SQL}`,
          [encodeChange({ id: tenant.id, slugs: [tenant.slug] }), tenant.id],
        );
      },
    },
    dropSchema: { name: 'drop-schema', run: ({ client, tenant }) => ddl.dropSchema(client, tenant.id) },
    dropRole: { name: 'drop-role', run: ({ client, tenant }) => ddl.dropRole(client, tenant.id) },
    forget: {
      name: 'forget',
      run: async ({ client, tenant }) => {
        await client.query('DELETE FROM platform.tenant WHERE id = $1', [tenant.id]);
        await client.query(ANNOUNCE_SQL, [encodeChange({ id: tenant.id, slugs: [tenant.slug] })]);
      },
    },
  };
}
