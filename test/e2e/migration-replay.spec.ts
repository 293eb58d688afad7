import { NotesModule } from '@tenantry/example-notes';
import { OrdersModule } from '@tenantry/example-orders';
import { newId, tenantryMetadata } from '@tenantry/kernel';
import { FleetDrift, OwnerDatabase, TenantDdl, TenantMigrations, type TenantDrift } from '@tenantry/tenancy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TenantMigrator } from '../../libs/tenancy/src/migrations/tenant-migrator.js';
import { declareMigrations, type RecordedMigration } from '../../libs/tenancy/src/migrations/tenant-migration.js';
import { composeModules } from '../../libs/platform/src/composition/compose-modules.js';
import { startPlatform, type TestPlatform } from '../support/test-platform.js';

const modules = [NotesModule, OrdersModule];

let platform: TestPlatform;

beforeAll(async () => {
  platform = await startPlatform({ modules, environment: { TENANTRY_MIGRATE_AT_START: 'never' } });
});

afterAll(() => platform.close());

const app = <T>(token: abstract new (...args: never[]) => T): T =>
  platform.platform.app.get<T>(token, { strict: false });

describe('every migration that there ever was', () => {
  it('runs from nothing, and takes nothing away from the release before', async () => {
    const found = await app(TenantMigrations).lint();
    expect(found.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('brings a tenant of each former release to the shape of a new one', async () => {
    const { metadata } = composeModules(modules);
    expect(metadata).toContainEqual(tenantryMetadata(NotesModule));
    const declared = declareMigrations(metadata);
    const recorded = await platform.database.admin<RecordedMigration>(
      'SELECT name, dynamic, transactional, statements FROM platform.tenant_migration ORDER BY sequence',
    );
    expect(recorded).toHaveLength(declared.length);
    const owner = app(OwnerDatabase);
    for (const [count] of [...recorded, undefined].entries()) {
      const id = newId();
      await platform.database.admin(
        `INSERT INTO platform.tenant (id, slug, name, status, plan, api_version) VALUES ($1, $2, $2, 'active', 'free', '2026-11-01')`,
        [id, `at-${count}`],
      );
      await owner.transaction(async (client) => {
        await app(TenantDdl).createRole(client, id);
        await app(TenantDdl).createSchema(client, id);
      });
      const former = new TenantMigrator(owner, declared, recorded.slice(0, count));
      await owner.withClient((client) => former.migrate(client, id));
    }
    expect(await app(TenantMigrations).migrateAll()).toMatchObject({ migrated: recorded.length, failed: 0, behind: 0 });
    const drifted: TenantDrift[] = [];
    const report = await new FleetDrift(owner).run({ onTenant: (drift) => drifted.push(drift) });
    expect(drifted).toEqual([]);
    expect(report.compared).toBe(recorded.length + 1);
  });
});
