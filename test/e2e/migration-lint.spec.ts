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
  const made = migrationOf('Last1785628800009', ...statements);
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
      'LOCK TABLE thing IN SHARE MODE',
    );
    expect((await lint(last)).sort()).toEqual([
      'warning constraint-scans-table part.part_of',
      'warning constraint-scans-table part.part_positive',
      'warning index-blocks-writes part.part_thing',
      'warning locks-table LOCK TABLE thing IN SHARE MODE',
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
    const proved = migrationOf('Proved1785628800003', 'ALTER TABLE part VALIDATE CONSTRAINT part_thing_there');
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
    const ends = saying({}, 'COMMIT');
    await expect(fleet.release(CreateThing, ends)).rejects.toThrow(/Last\d+: begins or ends a transaction/);
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
