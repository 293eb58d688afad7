import { OwnerDatabase, TenantDdl, TenantMigrations } from '@tenantry/tenancy';
import { WarmMaker } from '../../libs/tenancy/src/warm/warm-maker.js';
import { WarmSchemas } from '../../libs/tenancy/src/warm/warm-schemas.js';
import type { TestPlatform } from './test-platform.js';

/** Schemas in one transaction: their tables hold locks until it ends. */
const BATCH = 20;

/** Makes tenants `prefix-1` to `prefix-<count>` with all their tables, without users: of waiting schemas, in two columns. */
export async function addTenants({ platform, database }: TestPlatform, prefix: string, count: number): Promise<void> {
  const app = <T>(token: abstract new (...args: never[]) => T): T => platform.app.get<T>(token, { strict: false });
  const [owner, ddl] = [app(OwnerDatabase), app(TenantDdl)];
  const maker = new WarmMaker(new WarmSchemas(owner, ddl), ddl, app(TenantMigrations));
  const halves = [Math.ceil(count / 2), Math.floor(count / 2)].map((half) =>
    owner.withClient(async (client) => {
      for (let left = half; left > 0; left -= BATCH) await maker.make(client, Math.min(left, BATCH));
    }),
  );
  await Promise.all(halves);
  await database.admin(
    `WITH made AS (DELETE FROM platform.warm_schema WHERE status <> 'role' RETURNING id, migration_set)
     INSERT INTO platform.tenant (id, slug, name, status, plan, api_version, migration_set)
     SELECT id, $1 || '-' || row_number() OVER (ORDER BY id), $1, 'active', 'free', '2026-11-01', migration_set FROM made`,
    [prefix],
  );
}
