import { parseWave, type PreparedDatabase, type TenantOutcome } from '@tenantry/tenancy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { createFleet, migrationOf, slugs, type Fleet } from '../support/fleet.js';
import { Holder } from '../support/holder.js';

const CreateThing = migrationOf('CreateThing1785628800000', 'CREATE TABLE thing (id int PRIMARY KEY)');
const AddColour = migrationOf('AddColour1785628800001', 'ALTER TABLE thing ADD COLUMN colour text');
const CreatePart = migrationOf('CreatePart1785628800002', 'CREATE TABLE part (id int PRIMARY KEY)');
const Twelve = slugs('tenant', 12);

let fleet: Fleet;
let before: PreparedDatabase;

beforeEach(async () => {
  fleet = await createFleet();
  before = await fleet.release(CreateThing);
});

afterEach(() => fleet.close());

const columnsOf = async (slug: string) => {
  const schema = await fleet.schemaOf(slug);
  const rows = await fleet.database.admin<{ name: string }>(
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = $1 ORDER BY 1`,
    [schema],
  );
  return rows.map(({ name }) => name);
};
const plant = async (slug: string) =>
  fleet.database.admin(`CREATE TABLE ${await fleet.schemaOf(slug)}.part (in_the_way int)`);
const clear = async (slug: string) => fleet.database.admin(`DROP TABLE ${await fleet.schemaOf(slug)}.part`);
const failures = () =>
  fleet.database.admin<{ slug: string; migration: string; sql_state: string; attempts: number }>(
    `SELECT slug, migration, sql_state, attempts FROM platform.migration_failure f JOIN platform.tenant t ON t.id = f.tenant_id ORDER BY t.id`,
  );

/** Uses a tenant's table, as a long request does. */
const useThing = async (slug: string) => Holder.of(fleet.database, `SELECT FROM ${await fleet.schemaOf(slug)}.thing`);

describe('a fleet', () => {
  it('is migrated past the tenants that fail, and the next run does only those', async () => {
    await fleet.add(before, ...Twelve);
    const conflicting = ['tenant-2', 'tenant-7', 'tenant-12'];
    for (const slug of conflicting) await plant(slug);
    const after = await fleet.release(CreateThing, AddColour, CreatePart);

    const first = await after.migrations.migrateAll();
    expect(first).toMatchObject({ migrated: 9, failed: 3, behind: 3, halted: false });
    expect(await failures()).toEqual(
      conflicting.map((slug) => ({
        slug,
        migration: 'fleet/CreatePart1785628800002',
        sql_state: '42P07',
        attempts: 1,
      })),
    );
    // What came before the migration that failed is kept.
    expect(await columnsOf('tenant-2')).toEqual(['part.in_the_way', 'thing.colour', 'thing.id']);
    expect(await columnsOf('tenant-1')).toEqual(['part.id', 'thing.colour', 'thing.id']);

    for (const slug of conflicting) await clear(slug);
    const tried: string[] = [];
    const onTenant = ({ slug }: TenantOutcome) => tried.push(slug);
    expect(await after.migrations.migrateAll({ onTenant })).toMatchObject({ migrated: 3, failed: 0, behind: 0 });
    expect(tried.sort()).toEqual([...conflicting].sort());
    expect(await failures()).toEqual([]);
    expect(await after.migrations.migrateAll()).toMatchObject({ migrated: 0, failed: 0, behind: 0 });
  });

  it('is shared by processes that migrate it at once: each tenant is migrated once', async () => {
    await fleet.add(before, ...Twelve);
    const [one, other] = await Promise.all([
      fleet.release(CreateThing, AddColour, CreatePart),
      fleet.release(CreateThing, AddColour, CreatePart),
    ]);
    const tried: string[] = [];
    const onTenant = ({ slug }: TenantOutcome) => tried.push(slug);
    const results = await Promise.all([one, other].map(({ migrations }) => migrations.migrateAll({ onTenant })));
    expect(results.map(({ failed, behind }) => [failed, behind])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(tried.sort()).toEqual([...Twelve].sort());
  });

  it('is not harmed by one tenant being migrated twice at the same moment', async () => {
    await fleet.add(before, 'acme', 'globex');
    const after = await fleet.release(CreateThing, AddColour);
    const [row] = await fleet.database.admin<{ id: string }>(`SELECT id FROM platform.tenant WHERE slug = 'acme'`);
    const user = await useThing('acme');
    const four = Array.from({ length: 4 }, () => after.migrations.migrateTenant(row?.id ?? ''));
    await user.reached('all four are at it', 4);
    await user.release();
    expect((await Promise.all(four)).flat()).toEqual(['fleet/AddColour1785628800001']);
    expect(await columnsOf('globex')).toEqual(['thing.id']);
  });

  it('stops by itself in the wave in which too many fail', async () => {
    await fleet.add(before, ...Twelve);
    await plant('tenant-2');
    await plant('tenant-3');
    const after = await fleet.release(CreateThing, CreatePart);
    const waves = ['1', '25%'].flatMap((text) => parseWave(text) ?? []);
    const halted = await after.migrations.migrateAll({ waves, haltAt: 0.5, concurrency: 1 });
    expect(halted).toMatchObject({ migrated: 1, failed: 2, halted: true, behind: 11 });
    expect(halted.waves).toEqual([
      { size: 1, done: 1, failed: 0 },
      { size: 3, done: 0, failed: 2 },
      { size: 8, done: 0, failed: 0 },
    ]);
    expect(await columnsOf('tenant-4')).toEqual(['thing.id']);
  });

  it('is migrated for the named tenants only when some are named', async () => {
    await fleet.add(before, 'acme', 'globex');
    const after = await fleet.release(CreateThing, AddColour);
    expect(await after.migrations.migrateAll({ slugs: ['globex'] })).toMatchObject({ migrated: 1, behind: 0 });
    expect(await columnsOf('acme')).toEqual(['thing.id']);
    expect(await columnsOf('globex')).toEqual(['thing.colour', 'thing.id']);
  });
});

describe('tenants whose life goes on meanwhile', () => {
  it('are migrated whatever their state is, those that are being made excepted', async () => {
    const states = ['active', 'suspended', 'maintenance', 'deleted', 'provisioning'];
    await fleet.add(before, ...states);
    await fleet.database.admin('UPDATE platform.tenant SET status = slug');
    const after = await fleet.release(CreateThing, AddColour);
    expect(await after.migrations.migrateAll()).toMatchObject({ migrated: 4, failed: 0, behind: 0 });
    expect(await columnsOf('maintenance')).toContain('thing.colour');
    expect(await columnsOf('provisioning')).not.toContain('thing.colour');
  });

  it('count as no failure when they are purged, and are left to the next run when software of before makes them', async () => {
    await fleet.add(before, 'acme', 'globex', 'initech');
    const after = await fleet.release(CreateThing, AddColour);
    const user = await useThing('acme');
    const waves = [{ tenants: 3 }];
    const run = after.migrations.migrateAll({ concurrency: 1, lockTimeout: 60_000, waves, haltAt: 0.1 });
    await user.reached('the first waits for its table');
    for (const slug of ['globex', 'initech']) {
      const schema = await fleet.schemaOf(slug);
      await fleet.database.admin(`DROP SCHEMA ${schema} CASCADE; DROP ROLE ${schema}`);
    }
    await fleet.database.admin(`DELETE FROM platform.tenant WHERE slug = 'globex'`);
    await fleet.database.admin(
      `INSERT INTO platform.tenant_operation (id, tenant_id, kind, status)
       SELECT gen_random_uuid(), id, 'purge', 'running' FROM platform.tenant WHERE slug = 'initech'`,
    );
    await fleet.add(before, 'late');
    await user.release();
    expect(await run).toMatchObject({ migrated: 1, failed: 0, halted: false, behind: 1 });
    expect(await failures()).toEqual([]);
    expect(await after.migrations.migrateAll()).toMatchObject({ migrated: 1, failed: 0, behind: 0 });
  });
});

describe('a tenant whose table is in use', () => {
  it('is tried again, and reported when the lock cannot be had, while the others are migrated', async () => {
    await fleet.add(before, 'acme', 'globex');
    const after = await fleet.release(CreateThing, AddColour);
    const user = await useThing('acme');
    const run = { lockTimeout: 50, attempts: 2 };
    expect(await after.migrations.migrateAll(run)).toMatchObject({ migrated: 1, failed: 1, behind: 1 });
    expect(await failures()).toEqual([
      { slug: 'acme', migration: 'fleet/AddColour1785628800001', sql_state: '55P03', attempts: 2 },
    ]);

    const again = after.migrations.migrateAll({ lockTimeout: 50, attempts: 100 });
    await user.reached('the migration waits for the table');
    await user.release();
    expect(await again).toMatchObject({ migrated: 1, failed: 0, behind: 0 });
  });

  it('is reported when a statement takes longer than it may', async () => {
    await fleet.add(before, 'acme');
    const slow = migrationOf('Slow1785628800003', 'DO $$ BEGIN PERFORM pg_sleep(0.2); END $$');
    const after = await fleet.release(CreateThing, slow);
    expect(await after.migrations.migrateAll({ statementTimeout: 20 })).toMatchObject({ migrated: 0, failed: 1 });
    expect((await failures())[0]).toMatchObject({ sql_state: '57014', attempts: 1 });
  });
});

describe('the limit on statements of migrations', () => {
  it('is none on writing down how they went', async () => {
    await fleet.add(before, 'acme');
    const after = await fleet.release(CreateThing, CreatePart);
    // The migration waits for it as long as it may, and its failure after that.
    const other = await Holder.of(fleet.database, 'LOCK TABLE platform.migration_failure IN SHARE MODE');
    const run = after.migrations.migrateAll({ statementTimeout: 20, lockTimeout: 60_000 });
    await eventually('the failure has waited for longer than a statement may take', async () => {
      const sql = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'tenantry migrate'
        AND datname = current_database() AND query_start < clock_timestamp() - interval '100 ms'`;
      return (await fleet.database.admin(sql)).length > 0;
    });
    await other.release();
    expect(await run).toMatchObject({ migrated: 0, failed: 1, behind: 1 });
    expect((await failures())[0]).toMatchObject({ slug: 'acme', sql_state: '57014' });
  });
});

describe('the ledger of several tenants', () => {
  it('is moved on for all of them or, where one has moved already, for none', async () => {
    await fleet.add(before, 'acme', 'globex');
    await fleet.release(CreateThing, AddColour);
    const sets = () => fleet.database.admin('SELECT slug, migration_set AS set FROM platform.tenant ORDER BY id');
    const [acme, globex] = await fleet.database.admin<{ id: string; set: string }>(
      'SELECT id, migration_set AS set FROM platform.tenant ORDER BY id',
    );
    await fleet.database.admin(`INSERT INTO platform.migration_set (id, migrations) VALUES ('next', '{}')`);
    await fleet.database.admin(`UPDATE platform.tenant SET migration_set = 'next' WHERE id = $1`, [globex?.id]);
    const asTheyWere = await sets();
    const both = fleet.database.admin('SELECT platform.advance_migration_sets($1, $2, $3)', [
      [acme?.id, globex?.id],
      acme?.set,
      'next',
    ]);
    await expect(both).rejects.toMatchObject({ code: 'TM001' });
    expect(await sets()).toEqual(asTheyWere);
  });
});

describe('a run', () => {
  it('goes on over a connection that Postgres closed', async () => {
    await fleet.add(before, ...Twelve);
    const after = await fleet.release(CreateThing, AddColour);
    let isCut = false;
    const onTenant = () => {
      if (isCut) return;
      isCut = true;
      void fleet.database.admin(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tenantry migrate' AND datname = current_database()`,
      );
    };
    expect(await after.migrations.migrateAll({ concurrency: 2, onTenant })).toMatchObject({ failed: 0, behind: 0 });
  });

  it('that is told to stop leaves the rest to the next', async () => {
    await fleet.add(before, ...Twelve);
    const after = await fleet.release(CreateThing, AddColour);
    const stop = new AbortController();
    const cut = await after.migrations.migrateAll({
      concurrency: 1,
      signal: stop.signal,
      onTenant: () => stop.abort(),
    });
    expect(cut).toMatchObject({ migrated: 1, behind: 11 });
    expect(await after.migrations.migrateAll()).toMatchObject({ migrated: 11, behind: 0 });
  });
});
