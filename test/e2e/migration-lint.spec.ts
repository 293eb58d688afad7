import type { MigrationClass } from '@tenantry/kernel';
import { FleetDrift, TenantMigrations, type PreparedDatabase } from '@tenantry/tenancy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFleet, migrationOf, type Fleet } from '../support/fleet.js';

const CreateThing = migrationOf(
  'CreateThing1785628800000',
  'CREATE TABLE thing (id int PRIMARY KEY, title varchar(9), old text, size int)',
  'CREATE TABLE part (id int PRIMARY KEY, thing int)',
);
const StopUsingOld = migrationOf('StopUsingOld1785628800001', 'ALTER TABLE thing ADD COLUMN fresh text');

let fleet: Fleet;
let prepared: PreparedDatabase;

beforeAll(async () => {
  fleet = await createFleet();
  prepared = await fleet.release(CreateThing);
});

afterAll(() => fleet.close());

/** A migration that says more of itself. */
function saying(more: object, ...statements: string[]): MigrationClass {
  return named('Last1785628800009', more, ...statements);
}

function named(name: string, more: object, ...statements: string[]): MigrationClass {
  const made = migrationOf(name, ...statements);
  Object.assign(made.prototype as object, more);
  return made;
}

async function lint(...migrations: MigrationClass[]): Promise<string[]> {
  const tenantMigrations = [CreateThing, StopUsingOld, ...migrations];
  const found = await new TenantMigrations(prepared.owner, [{ name: 'fleet', tenantMigrations }]).lint();
  return found.map(({ level, rule, subject }) => `${level} ${rule} ${subject}`);
}

describe('tenantry migrate lint', () => {
  it('names what locks tables that are there', async () => {
    const last = saying(
      {},
      'ALTER TABLE thing ALTER COLUMN size TYPE bigint',
      'ALTER TABLE thing ADD COLUMN made timestamptz DEFAULT clock_timestamp()',
      'ALTER TABLE part ALTER COLUMN thing SET NOT NULL',
      'ALTER TABLE part ADD COLUMN needed int NOT NULL',
      'ALTER TABLE part ADD CONSTRAINT part_of FOREIGN KEY (thing) REFERENCES thing (id)',
      'ALTER TABLE part ADD CONSTRAINT part_positive CHECK (id > 0)',
      'CREATE INDEX part_thing ON part (thing)',
      'ANALYZE part; LOCK TABLE thing IN SHARE MODE',
      'REINDEX TABLE part',
    );
    expect((await lint(last)).sort()).toEqual([
      'warning constraint-scans-table part.part_of',
      'warning constraint-scans-table part.part_positive',
      'warning index-blocks-writes part.part_thing',
      'warning locks-table part',
      'warning locks-table thing',
      'warning not-null-scans-table part.thing',
      'warning required-without-default part.needed',
      'warning rewrites-table thing',
    ]);
  });

  it('says nothing of what does not, nor of tables that the migration makes itself', async () => {
    const proof = migrationOf(
      'Proof1785628800002',
      'ALTER TABLE part ADD CONSTRAINT part_thing_there CHECK (thing IS NOT NULL) NOT VALID',
    );
    const validate = 'ALTER TABLE part VALIDATE CONSTRAINT part_thing_there';
    const proved = named('Proved1785628800003', { transaction: false }, validate);
    const last = saying(
      {},
      'ALTER TABLE part ALTER COLUMN thing SET NOT NULL',
      'ALTER TABLE thing ALTER COLUMN title TYPE text',
      'ALTER TABLE thing ADD COLUMN stars int NOT NULL DEFAULT 0',
      'CREATE TABLE own (id int PRIMARY KEY, thing int NOT NULL REFERENCES thing (id) CHECK (thing > 0))',
      'CREATE INDEX own_thing ON own (thing)',
    );
    expect(await lint(proof, proved, last)).toEqual([]);
  });

  /** Each beside the form that does not hurt. */
  it.each([
    {
      rule: 'unique-blocks-table part.part_thing_key',
      hurts: ['ALTER TABLE part ADD CONSTRAINT part_thing_key UNIQUE (thing)'],
      before: ['CREATE UNIQUE INDEX CONCURRENTLY part_thing_key ON part (thing)'],
      safe: ['ALTER TABLE part ADD CONSTRAINT part_thing_key UNIQUE USING INDEX part_thing_key'],
    },
    {
      rule: 'index-drop-blocks-table thing.thing_title',
      before: ['CREATE INDEX CONCURRENTLY thing_title ON thing (title)'],
      hurts: ['DROP INDEX thing_title'],
      outside: ['DROP INDEX CONCURRENTLY thing_title'],
    },
    {
      rule: 'validates-in-transaction thing.thing_size',
      between: ['ALTER TABLE thing ADD CONSTRAINT thing_size CHECK (size > 0) NOT VALID'],
      hurts: ['ALTER TABLE thing VALIDATE CONSTRAINT thing_size'],
      outside: ['ALTER TABLE thing VALIDATE CONSTRAINT thing_size'],
    },
    {
      rule: 'constraint-scans-table part.part_of',
      hurts: ['ALTER TABLE part ADD CONSTRAINT part_of FOREIGN KEY (thing) REFERENCES thing (id)'],
      safe: ['ALTER TABLE part ADD CONSTRAINT part_of FOREIGN KEY (thing) REFERENCES thing (id) NOT VALID'],
    },
    {
      rule: 'rewrites-table thing',
      hurts: ['ALTER TABLE thing ADD COLUMN token uuid DEFAULT gen_random_uuid()'],
      safe: ['ALTER TABLE thing ADD COLUMN token uuid', 'ALTER TABLE thing ALTER token SET DEFAULT gen_random_uuid()'],
    },
    {
      rule: 'rewrites-table part',
      hurts: ['ALTER TABLE part ALTER COLUMN thing TYPE bigint'],
      safe: ['ALTER TABLE part ADD COLUMN wide_thing bigint'],
    },
    {
      rule: 'changes-rows-under-lock thing',
      hurts: [
        'ALTER TABLE thing ADD COLUMN full_title text',
        'WITH all_of AS (SELECT 1) UPDATE thing SET full_title = title',
      ],
      between: ['ALTER TABLE part ADD COLUMN full_title text'],
      safe: ['UPDATE part SET full_title = id::text', 'CREATE TABLE own (id int)', 'UPDATE own SET id = 1'],
    },
    {
      rule: 'locks-table thing',
      hurts: ['/* all of it */ LOCK TABLE thing IN SHARE MODE'],
      safe: ['DELETE FROM thing'],
    },
    {
      rule: 'allows-null thing.needed',
      between: [`ALTER TABLE thing ADD COLUMN needed int NOT NULL DEFAULT 0`],
      hurts: ['ALTER TABLE thing ALTER needed DROP NOT NULL'],
      safe: ['ALTER TABLE thing ALTER needed DROP DEFAULT'],
    },
  ])(
    '$rule, and its safe form says nothing',
    async ({ rule, before, between = [], hurts, safe = [], outside = [] }) => {
      const transaction = { transaction: false };
      const index = named('Index1785628800003', transaction, ...(before ?? []));
      const first = named('First1785628800004', {}, ...between);
      const prefix = rule.startsWith('unique') ? [] : [index];
      expect(await lint(...prefix, first, named('Last1785628800009', {}, ...hurts))).toEqual([`warning ${rule}`]);
      const last = [named('Last1785628800009', {}, ...safe), named('Outside1785628800010', transaction, ...outside)];
      expect(await lint(index, first, ...last)).toEqual([]);
    },
  );

  it('knows what the release before uses besides tables: views, and values of enums', async () => {
    const more = migrationOf(
      'More1785628800003',
      'CREATE VIEW titles AS SELECT title FROM thing',
      'CREATE VIEW sizes AS SELECT size FROM thing',
      `CREATE TYPE mood AS ENUM ('good', 'bad')`,
    );
    const last = saying(
      {},
      'DROP VIEW titles',
      'DROP VIEW sizes',
      'CREATE VIEW sizes AS SELECT size, id FROM thing',
      `ALTER TYPE mood RENAME VALUE 'bad' TO 'sad'`,
      `ALTER TYPE mood ADD VALUE 'fair'`,
    );
    expect(await lint(more, last)).toEqual(['error drops-view titles', 'error renames-value bad']);
  });

  it('refuses to take away what the release before uses, unless an earlier migration is named or a reason given', async () => {
    const removal = [
      'ALTER TABLE thing DROP COLUMN old',
      'ALTER TABLE thing RENAME COLUMN size TO extent',
      'DROP TABLE part',
    ];
    const errors = ['error drops-column thing.old', 'error drops-table part', 'error renames-column thing.size'];
    expect((await lint(saying({}, ...removal))).sort()).toEqual(errors);
    expect((await lint(saying({ contracts: 'fleet/Nothing1785628800001' }, ...removal))).sort()).toEqual(errors);
    expect(await lint(saying({ contracts: 'fleet/StopUsingOld1785628800001' }, ...removal))).toEqual([]);
    expect(await lint(saying({ allowDrop: 'never released' }, ...removal))).toEqual([]);
  });
});

describe('a migration outside a transaction', () => {
  const index = (): MigrationClass =>
    saying(
      { transaction: false },
      'CREATE INDEX CONCURRENTLY thing_title ON thing (title)',
      'CREATE UNIQUE INDEX CONCURRENTLY thing_old ON thing (old)',
    );

  it('holds only what may run again, and none holds the end of a transaction', async () => {
    const add = saying({ transaction: false }, 'ALTER TABLE thing ADD COLUMN once int');
    await expect(fleet.release(CreateThing, add)).rejects.toThrow(
      /Last\d+: runs outside a transaction.*ADD COLUMN once/,
    );
    const harmlessStart = 'ALTER TABLE thing VALIDATE CONSTRAINT some, DROP COLUMN old';
    for (const sql of [harmlessStart, 'ANALYZE thing; DROP TABLE part'])
      await expect(fleet.release(CreateThing, saying({ transaction: false }, sql))).rejects.toThrow(
        /Last\d+: runs outside a transaction/,
      );
    for (const sql of ['COMMIT', '-- the end\nCOMMIT', 'ANALYZE thing; ROLLBACK AND CHAIN', `PREPARE TRANSACTION 'x'`])
      await expect(fleet.release(CreateThing, saying({}, sql))).rejects.toThrow(
        /Last\d+: begins or ends a transaction/,
      );
  });

  it('may speak of beginnings and ends, and set savepoints', async () => {
    const words = saying(
      {},
      `CREATE FUNCTION half(n int) RETURNS int LANGUAGE sql AS 'SELECT CASE WHEN n > 0 THEN n / 2 END'`,
      'CREATE SEQUENCE counting START WITH 5',
      'SAVEPOINT here',
      'ROLLBACK TO SAVEPOINT here',
    );
    expect(await lint(words)).toEqual([]);
  });

  it('makes its indexes, and makes one anew that a failure left invalid', async () => {
    await fleet.add(prepared, 'acme', 'globex');
    const acme = await fleet.schemaOf('acme');
    await fleet.database.admin(`INSERT INTO ${acme}.thing (id, old) VALUES (1, 'same'), (2, 'same')`);
    const after = await fleet.release(CreateThing, index());
    expect(await after.migrations.lint()).toEqual([]);
    expect(await after.migrations.migrateAll()).toMatchObject({ migrated: 1, failed: 1 });
    const states = () =>
      fleet.database.admin(
        `SELECT indexrelid::regclass::text AS name, indisvalid AS valid FROM pg_index
         WHERE indrelid = '${acme}.thing'::regclass AND NOT indisprimary ORDER BY 1`,
      );
    expect(await states()).toEqual([
      { name: `${acme}.thing_old`, valid: false },
      { name: `${acme}.thing_title`, valid: true },
    ]);

    await fleet.database.admin(`UPDATE ${acme}.thing SET old = id::text`);
    expect(await after.migrations.migrateAll()).toMatchObject({ migrated: 1, failed: 0, behind: 0 });
    expect(await states()).toEqual([
      { name: `${acme}.thing_old`, valid: true },
      { name: `${acme}.thing_title`, valid: true },
    ]);
    expect(await new FleetDrift(after.owner).run()).toMatchObject({ compared: 2, drifted: 0 });
  });
});

describe('a migration', () => {
  it('is not taken for one that reads because it begins like one', async () => {
    const writes = [
      `WITH fresh AS (SELECT current_database() AS title) INSERT INTO thing (id, title) SELECT 7, 'pg_x' FROM fresh`,
      `SELECT current_database(); ALTER TABLE part ADD COLUMN behind int`,
    ];
    await fleet.add(prepared, 'initech');
    const after = await fleet.release(CreateThing, named('Writes1785628800020', {}, ...writes));
    expect(await after.migrations.migrateAll({ slugs: ['initech'] })).toMatchObject({ migrated: 1, failed: 0 });
    const schema = await fleet.schemaOf('initech');
    expect(await fleet.database.admin(`SELECT id FROM ${schema}.thing`)).toEqual([{ id: 7 }]);
    expect(await fleet.database.admin(`SELECT behind FROM ${schema}.part`)).toEqual([]);
  });
});
