import { NotesModule } from '@tenantry/example-notes';
import { OrdersModule } from '@tenantry/example-orders';
import { newId, tenantryMetadata } from '@tenantry/kernel';
import {
  FleetDrift,
  OwnerDatabase,
  TenantDdl,
  TenantMigrations,
  tenantSchema,
  type TenantDrift,
} from '@tenantry/tenancy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TenantMigrator } from '../../libs/tenancy/src/migrations/tenant-migrator.js';
import { declareMigrations, type RecordedMigration } from '../../libs/tenancy/src/migrations/tenant-migration.js';
import { runMigrations } from '../../libs/tenancy/src/migrations/migration-runner.js';
import { SHAPES } from '../../libs/tenancy/src/drift/shape-sql.js';
import { composeModules } from '../../libs/platform/src/composition/compose-modules.js';
import { addFormerRows, rowsOf } from '../support/former-rows.js';
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

  it('leads back to the one before, with rows in its tables, and there again', async () => {
    const schema = 'there_and_back';
    const owner = app(OwnerDatabase);
    await owner.withClient((client) => client.query(`CREATE SCHEMA ${schema}`));
    const declared = declareMigrations(composeModules(modules).metadata);
    let before: unknown[] = [];
    await runMigrations(owner.url, schema, declared, async (migration, _, runner) => {
      const { name } = migration;
      const send = async (sql: string, values?: unknown[]) =>
        (await runner.query(sql, values as never)) as Record<string, unknown>[];
      const shape = async () => (await send(SHAPES, [[schema]])).map((item) => JSON.stringify(item)).sort();
      const after = await shape();
      await addFormerRows(send, schema);
      await migration.make().down(runner);
      expect([name, await shape()]).toEqual([name, before]);
      await migration.make().up(runner);
      expect([name, await shape()]).toEqual([name, after]);
      await addFormerRows(send, schema);
      before = after;
    });
    await owner.withClient((client) => client.query(`DROP SCHEMA ${schema} CASCADE`));
  });

  it('brings a tenant of each former release to the shape of a new one, and keeps its rows', async () => {
    const { metadata } = composeModules(modules);
    expect(metadata).toContainEqual(tenantryMetadata(NotesModule));
    const declared = declareMigrations(metadata);
    const recorded = await platform.database.admin<RecordedMigration>(
      'SELECT name, dynamic, transactional, statements FROM platform.tenant_migration ORDER BY sequence',
    );
    expect(recorded).toHaveLength(declared.length);
    const owner = app(OwnerDatabase);
    const former: { readonly schema: string; readonly rows: Record<string, unknown[]> }[] = [];
    const send = (sql: string, values?: unknown[]) => platform.database.admin<Record<string, unknown>>(sql, values);
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
      const migrator = new TenantMigrator(owner, declared, recorded.slice(0, count));
      const schema = tenantSchema(id);
      await owner.withClient((client) => migrator.migrate(client, id));
      await owner.transaction(async (client) => {
        await client.query(`SET LOCAL search_path = ${schema}, extensions, pg_temp`);
        await addFormerRows(
          async (sql, values) => (await client.query<Record<string, unknown>>(sql, values)).rows,
          schema,
        );
      });
      former.push({ schema, rows: await rowsOf(send, schema) });
    }
    expect(await app(TenantMigrations).migrateAll()).toMatchObject({ migrated: recorded.length, failed: 0, behind: 0 });
    for (const { schema, rows } of former) expect(await rowsOf(send, schema)).toMatchObject(rows);
    expect(Object.keys(former.at(-1)?.rows ?? {})).toContain('order_line');
    const drifted: TenantDrift[] = [];
    const report = await new FleetDrift(owner).run({ onTenant: (drift) => drifted.push(drift) });
    expect(drifted).toEqual([]);
    expect(report.compared).toBe(recorded.length + 1);
  });
});
