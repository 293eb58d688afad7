import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServer } from '../support/build.js';
import { CommandProcess } from '../support/command-process.js';
import { eventually, LONG } from '../support/eventually.js';
import { Holder } from '../support/holder.js';
import { addTenants } from '../support/many-tenants.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';

const COUNT = 500;
const MIGRATION = 'parts/CreatePart1798000000001';
const CONFLICTING = ['fleet-3', `fleet-${COUNT / 2}`, `fleet-${COUNT}`];

/** Serves all the while with the release before. */
let platform: TestPlatform;
/** Beside the fleet, and in use. */
let users: TestTenant[];
let served: Promise<number[]>;
let isOver = false;

beforeAll(async () => {
  await buildServer();
  platform = await startPlatform();
  const begun = Date.now();
  await addTenants(platform, 'fleet', COUNT);
  process.stdout.write(`${COUNT} tenants were made in ${Date.now() - begun} ms.\n`);
  users = [await platform.createTenant('acme'), await platform.createTenant('globex')];
  for (const slug of CONFLICTING) await inSchema(slug, (schema) => `CREATE TABLE ${schema}.part (in_the_way integer)`);
  served = Promise.all(users.map(use)).then((statuses) => statuses.flat());
});

afterAll(async () => {
  isOver = true;
  await served;
  await platform.close();
});

async function use({ owner }: TestTenant): Promise<number[]> {
  const statuses: number[] = [];
  while (!isOver) {
    statuses.push((await owner.post('/notes', { title: 'meanwhile', body: '' })).status);
    statuses.push((await owner.get('/notes?limit=2')).status);
  }
  return statuses;
}

async function inSchema(slug: string, sql: (schema: string) => string): Promise<void> {
  await platform.database.admin(sql(await schemaOf(slug)));
}

async function schemaOf(slug: string): Promise<string> {
  const [row] = await platform.database.admin<{ schema: string }>(
    `SELECT 't_' || replace(id::text, '-', '') AS schema FROM platform.tenant WHERE slug = $1`,
    [slug],
  );
  if (!row) throw new Error(`There is no tenant ${slug}.`);
  return row.schema;
}

/** Holds a tenant's table, as a long request does. */
const hold = async (slug: string) => Holder.of(platform.database, `SELECT FROM ${await schemaOf(slug)}.note`);

const migrate = (...flags: string[]) =>
  new CommandProcess(platform.database, ['migrate', '--json', ...flags], {
    TENANTRY_MODULES: './test/support/conflicting.module.mjs',
  });

interface Outcome {
  readonly slug?: string;
  readonly applied?: string[];
  readonly failure?: { readonly migration: string; readonly sqlState: string };
}

function outcomesOf({ output }: CommandProcess): Outcome[] {
  const lines = output.split('\n').filter((line) => line.startsWith('{"slug"'));
  return lines.map((line) => JSON.parse(line) as Outcome);
}

/** Slugs whose ledger has the migration. */
async function migrated(): Promise<string[]> {
  const rows = await platform.database.admin<{ slug: string }>(
    `SELECT slug FROM platform.tenant t JOIN platform.migration_set s ON s.id = t.migration_set WHERE $1 = ANY(s.migrations)`,
    [MIGRATION],
  );
  return rows.map(({ slug }) => slug).sort();
}

/** Slugs whose schema has both of what the migration makes, and one of both: an odd number is half a migration. */
async function shapes(): Promise<{ whole: string[]; half: string[] }> {
  const rows = await platform.database.admin<{ slug: string; parts: number }>(
    `SELECT slug, (SELECT count(*)::int FROM information_schema.columns c
       WHERE c.table_schema = 't_' || replace(t.id::text, '-', '')
       AND (c.table_name, c.column_name) IN (('part', 'note_id'), ('note', 'parts'))) AS parts FROM platform.tenant t`,
  );
  const having = (parts: number) => rows.filter((row) => row.parts === parts).map(({ slug }) => slug);
  return { whole: having(2).sort(), half: having(1) };
}

describe(`a fleet of ${COUNT} tenants, three of which have a table in the way`, () => {
  it('is left whole, tenant by tenant, by a migration that is killed in the middle', async () => {
    const middle = await hold(`fleet-${COUNT / 2 - 1}`);
    const killed = migrate('--concurrency', '1', '--lock-timeout', '60000');
    await middle.reached('it is in the middle', 1, LONG);
    killed.child.kill('SIGKILL');
    expect(await killed.end()).toBeNull();
    await middle.release();
    await eventually('Postgres has noticed', async () => {
      const left = `SELECT FROM pg_stat_activity WHERE application_name = 'tenantry migrate' AND datname = current_database()`;
      return (await platform.database.admin(left)).length === 0;
    });
    const { whole, half } = await shapes();
    expect(half).toEqual([]);
    expect(whole).toEqual(await migrated());
    expect(whole.length).toBeGreaterThan(COUNT / 4);
    expect(whole.length).toBeLessThan(COUNT);
  });

  it('is done by two processes at once but for the three, which they report, each tenant once', async () => {
    const before = await migrated();
    const [one, other] = [migrate(), migrate()];
    const codes = [await one.end(), await other.end()];
    const outcomes = [...outcomesOf(one), ...outcomesOf(other)];
    const failures = outcomes.filter(({ failure }) => failure);
    expect(new Set(failures.map(({ slug }) => slug))).toEqual(new Set(CONFLICTING));
    expect(failures.map(({ failure }) => [failure?.migration, failure?.sqlState])).toEqual(
      failures.map(() => [MIGRATION, '42P07']),
    );
    expect(codes).toContain(1);

    const applied = outcomes.flatMap(({ slug = '', applied = [] }) => (applied.length > 0 ? [slug] : []));
    expect(new Set(applied).size).toBe(applied.length);
    const { whole, half } = await shapes();
    expect(half).toEqual([]);
    expect([...before, ...applied].sort()).toEqual(whole);
    expect(whole).toEqual(await migrated());
    // The two that are in use besides.
    expect(whole).toHaveLength(COUNT + users.length - CONFLICTING.length);
    const noted = await platform.database.admin<{ slug: string }>(
      'SELECT slug FROM platform.migration_failure f JOIN platform.tenant t ON t.id = f.tenant_id',
    );
    expect(noted.map(({ slug }) => slug).sort()).toEqual([...CONFLICTING].sort());
  });

  it('is whole after the next run, which does only the three', async () => {
    for (const slug of CONFLICTING) await inSchema(slug, (schema) => `DROP TABLE ${schema}.part`);
    const last = migrate();
    expect(await last.end()).toBe(0);
    expect(
      outcomesOf(last)
        .map(({ slug }) => slug)
        .sort(),
    ).toEqual([...CONFLICTING].sort());
    expect((await shapes()).whole).toHaveLength(COUNT + users.length);
    expect(await platform.database.admin('SELECT FROM platform.migration_failure')).toEqual([]);
  });

  it('was served all the while without a single fault', async () => {
    isOver = true;
    const statuses = await served;
    expect(statuses.length).toBeGreaterThan(20);
    expect([...new Set(statuses)].sort()).toEqual([200, 201]);
  });
});
