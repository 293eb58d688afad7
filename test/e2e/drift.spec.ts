import { FleetDrift, type PreparedDatabase, type TenantDrift } from '@tenantry/tenancy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFleet, migrationOf, type Fleet } from '../support/fleet.js';

const CreateThing = migrationOf(
  'CreateThing1785628800000',
  `CREATE TYPE mood AS ENUM ('good', 'bad')`,
  `CREATE TABLE thing (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text NOT NULL DEFAULT 'none', mood mood, size int CHECK (size > 0))`,
  'CREATE TABLE part (id int PRIMARY KEY, thing bigint REFERENCES thing (id), note text)',
  'CREATE INDEX part_thing ON part (thing)',
  `CREATE INDEX part_note ON part (lower(note)) WHERE note <> ''`,
  'CREATE VIEW titles AS SELECT title FROM thing',
  `CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT 2 * n'`,
);

let fleet: Fleet;
let prepared: PreparedDatabase;
let schema: string;

beforeAll(async () => {
  fleet = await createFleet();
  prepared = await fleet.release(CreateThing);
  await fleet.add(prepared, 'acme', 'globex', 'initech');
  schema = await fleet.schemaOf('acme');
});

afterAll(() => fleet.close());

async function look(fix = false) {
  const found: TenantDrift[] = [];
  const report = await new FleetDrift(prepared.owner).run({ fix, onTenant: (drift) => found.push(drift) });
  const told = found.flatMap(({ slug, differences }) =>
    differences.map(({ kind, name, what }) => `${slug}: ${kind} ${name} ${what}`),
  );
  return { report, told: told.sort() };
}

/** Changes acme, looks, and takes it back. */
async function after(change: string, back: string) {
  await fleet.database.admin(change.replaceAll('$', schema));
  const { told } = await look();
  await fleet.database.admin(back.replaceAll('$', schema));
  return told;
}

describe('drift', () => {
  it('is nothing where migrations alone were at work', async () => {
    const { report, told } = await look();
    expect(told).toEqual([]);
    expect(report).toEqual({ compared: 3, drifted: 0, behind: 0, differences: 0, fixed: 0 });
  });

  it.each([
    [
      'a table too many',
      'CREATE TABLE $.stray (id int)',
      'DROP TABLE $.stray',
      ['owner stray changed', 'table stray extra'],
    ],
    [
      'a column too many',
      'ALTER TABLE $.part ADD extra int',
      'ALTER TABLE $.part DROP extra',
      ['column part.extra extra'],
    ],
    [
      'another type',
      'ALTER TABLE $.part ALTER note TYPE varchar(9)',
      'ALTER TABLE $.part ALTER note TYPE text',
      ['column part.note changed', 'index part_note changed'],
    ],
    [
      'a column that may be empty',
      'ALTER TABLE $.thing ALTER title DROP NOT NULL',
      'ALTER TABLE $.thing ALTER title SET NOT NULL',
      ['column thing.title changed'],
    ],
    [
      'another default',
      `ALTER TABLE $.thing ALTER title SET DEFAULT 'x'`,
      `ALTER TABLE $.thing ALTER title SET DEFAULT 'none'`,
      ['default thing.title changed'],
    ],
    [
      'a constraint that is gone',
      'ALTER TABLE $.thing DROP CONSTRAINT thing_size_check',
      'ALTER TABLE $.thing ADD CHECK (size > 0)',
      ['constraint thing.thing_size_check missing'],
    ],
    [
      'a constraint that was not checked',
      'ALTER TABLE $.thing DROP CONSTRAINT thing_size_check, ADD CONSTRAINT thing_size_check CHECK (size > 0) NOT VALID',
      'ALTER TABLE $.thing VALIDATE CONSTRAINT thing_size_check',
      ['constraint thing.thing_size_check changed'],
    ],
    [
      'another function',
      `CREATE OR REPLACE FUNCTION $.twice(n int) RETURNS int LANGUAGE sql AS 'SELECT 3 * n'`,
      `CREATE OR REPLACE FUNCTION $.twice(n int) RETURNS int LANGUAGE sql AS 'SELECT 2 * n'`,
      ['function twice(n integer) changed'],
    ],
    [
      'another value of an enum',
      `ALTER TYPE $.mood RENAME VALUE 'bad' TO 'sad'`,
      `ALTER TYPE $.mood RENAME VALUE 'sad' TO 'bad'`,
      ['type mood changed'],
    ],
    [
      'another owner',
      'ALTER TABLE $.part OWNER TO CURRENT_USER',
      'ALTER TABLE $.part OWNER TO OWNER_ROLE',
      ['owner part changed'],
    ],
  ])('tells of %s, in that tenant alone', async (_, change, back, expected) => {
    const owner = `"${fleet.database.settings.get('TENANTRY_INSTALLATION')}_owner"`;
    const told = await after(change, back.replace('OWNER_ROLE', owner));
    expect(told).toEqual(expected.map((each) => `acme: ${each}`));
    expect((await look()).told).toEqual([]);
  });

  it('is mended where no row is touched, and told of where it is not', async () => {
    const other = await fleet.schemaOf('globex');
    await fleet.database.admin(`
      REVOKE SELECT ON ${schema}.thing FROM ${schema};
      GRANT SELECT ON ${schema}.thing TO PUBLIC;
      GRANT SELECT ON ${schema}.part TO ${other};
      GRANT USAGE ON SCHEMA ${schema} TO ${other};
      DROP INDEX ${schema}.part_note;
      ALTER TABLE ${schema}.thing ALTER title DROP DEFAULT;
      ALTER TABLE ${schema}.part DROP COLUMN note;
      UPDATE pg_index SET indisvalid = false WHERE indexrelid = '${schema}.part_thing'::regclass;
      ALTER DEFAULT PRIVILEGES FOR ROLE "${fleet.database.settings.get('TENANTRY_INSTALLATION')}_owner" IN SCHEMA ${schema} REVOKE SELECT ON TABLES FROM ${schema}`);
    const { told } = await look(true);
    expect(told).toEqual(
      [
        'column part.note missing',
        'default privileges tables missing',
        'default thing.title missing',
        `grant part SELECT ${other} extra`,
        `grant schema USAGE ${other} extra`,
        'grant thing SELECT PUBLIC extra',
        'grant thing SELECT missing',
        'index part_note missing',
        'index part_thing changed',
      ].map((each) => `acme: ${each}`),
    );
    expect((await look()).told).toEqual(['acme: column part.note missing', 'acme: index part_note missing']);
    await fleet.database.admin(`ALTER TABLE ${schema}.part ADD COLUMN note text`);
    const { report } = await look(true);
    expect([report.differences, report.fixed]).toEqual([1, 1]);
    expect((await look()).told).toEqual([]);
  });

  it('is not told of tenants whose migrations are others: they are behind', async () => {
    const next = await fleet.release(CreateThing, migrationOf('AddMore1785628800009', 'ALTER TABLE part ADD more int'));
    await next.migrations.migrateAll({ slugs: ['globex'] });
    const { report, told } = await look();
    expect(told).toEqual([]);
    expect(report).toMatchObject({ compared: 1, behind: 2 });
  });
});
