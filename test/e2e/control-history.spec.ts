import { Logger } from '@nestjs/common';
import { NotesModule } from '@tenantry/example-notes';
import { OrdersModule } from '@tenantry/example-orders';
import { newId, type Settings } from '@tenantry/kernel';
import { TenantDdl, tenantSchema } from '@tenantry/tenancy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeModules } from '../../libs/platform/src/composition/compose-modules.js';
import { ControlHistory, type ControlShape } from '../support/control-history.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { startPlatformOver } from '../support/test-platform.js';

const modules = [NotesModule, OrdersModule];
const LEGACY = newId();

let database: TestDatabase;
let history: ControlHistory;
/** After so many migrations; the first is of an empty database. */
const states: { readonly settings: Settings; readonly shape: ControlShape }[] = [];

beforeAll(async () => {
  Logger.overrideLogger(false);
  database = await createTestDatabase();
  history = new ControlHistory(database, composeModules(modules).metadata);
  await history.begin();
});

afterAll(() => history.end());

/** What the first release would have in its tables. */
function addRows(): Promise<void> {
  const ddl = new TenantDdl(history.role('app'));
  return history.asOwner(async (client) => {
    await client.query(
      `INSERT INTO platform.tenant (id, slug, name, status, plan, api_version, settings)
       VALUES ($1, 'legacy', 'Legacy', 'active', 'free', '2026-11-01', '{"colour": "red"}')`,
      [LEGACY],
    );
    await client.query(`INSERT INTO platform.tenant_domain (domain, tenant_id) VALUES ('legacy.example', $1)`, [
      LEGACY,
    ]);
    await client.query(
      `INSERT INTO platform.tenant_operation (id, tenant_id, kind, status, steps) VALUES ($1, $2, 'create', 'succeeded', '[]')`,
      [newId(), LEGACY],
    );
    await ddl.createRole(client, LEGACY);
    await ddl.createSchema(client, LEGACY);
  });
}

describe('every migration of the control schema', () => {
  it('goes from an empty database, in the order of their release, and leads back to the one before', async () => {
    expect(history.migrations.length).toBeGreaterThan(10);
    states.push({ settings: await history.copy('at_0'), shape: await history.shape() });
    for (const [index, { name }] of history.migrations.entries()) {
      await history.migrateTo(index + 1);
      const shape = await history.shape();
      if (index > 0) {
        await history.undo(index + 1);
        expect([name, await history.shape()]).toEqual([name, states[index]?.shape]);
        await history.migrateTo(index + 1);
        expect([name, await history.shape()]).toEqual([name, shape]);
      } else await addRows();
      states.push({ settings: await history.copy(`at_${index + 1}`), shape });
    }
  });

  it('leaves an installation of any former state to be brought up to date by today’s code', async () => {
    let expected: ControlShape | undefined;
    for (const [count, { settings }] of states.entries()) {
      const url = settings.get('DATABASE_URL') ?? '';
      const prepared = await history.prepare(settings);
      try {
        const report = await prepared.migrations.migrateAll();
        expect([count, report.migrated, report.failed]).toEqual([count, count > 0 ? 1 : 0, 0]);
      } finally {
        await prepared.owner.onApplicationShutdown();
      }
      const shape = await history.shape(url);
      expected ??= shape;
      expect([count, shape]).toEqual([count, expected]);
    }
  });

  it('keeps what the first release had, for a platform of today to serve', async () => {
    const first = states[1];
    if (!first) throw new Error('There is no first release.');
    const { settings } = first;
    const old: TestDatabase = { ...database, settings, url: settings.get('DATABASE_URL') ?? '' };
    const platform = await startPlatformOver(old, { modules });
    try {
      const { body } = await platform.operator.get('/admin/tenants/legacy');
      expect(body).toMatchObject({ id: LEGACY, status: 'active', schema: 'current', settings: { colour: 'red' } });
      const { owner } = await platform.createTenant('acme');
      expect((await owner.post('/notes', { title: 'new', body: '' })).status).toBe(201);
      const tables = await history.asOwner(
        (client) =>
          client.query('SELECT FROM information_schema.tables WHERE table_schema = $1', [tenantSchema(LEGACY)]),
        old.url,
      );
      expect(tables.rowCount).toBeGreaterThan(5);
    } finally {
      await platform.close();
    }
  });
});
