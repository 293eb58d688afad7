import { NotesModule } from '@tenantry/example-notes';
import { OrdersModule } from '@tenantry/example-orders';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServer } from '../support/build.js';
import { CommandProcess, hasTerminals } from '../support/command-process.js';
import { EveryColumnModule } from '../support/every-column.module.js';
import { eventually, LONG } from '../support/eventually.js';
import { Holder } from '../support/holder.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { schemaOf } from '../support/test-users.js';

const NEXT = { TENANTRY_MODULES: './test/support/migrating.module.mjs' };
const MIGRATION = 'colours/AddColour1798000000000';

const isTerminal = hasTerminals();
/** Runs the code that is there already, and is never told of the next release. */
let old: TestPlatform;
let tenants: TestTenant[];

beforeAll(async () => {
  await buildServer();
  old = await startPlatform({ modules: [NotesModule, OrdersModule, EveryColumnModule] });
  tenants = [];
  for (const slug of ['one', 'two', 'three', 'four', 'five', 'six']) tenants.push(await old.createTenant(slug));
  for (const { owner } of tenants) await owner.post('/notes', { title: 'x', body: '' });
});

afterAll(() => old.close());

const tenantry = (...args: string[]) => new CommandProcess(old.database, args, NEXT);
const migrated = async () => {
  const rows = await old.database.admin<{ slug: string }>(
    `SELECT slug FROM platform.tenant t JOIN platform.migration_set s ON s.id = t.migration_set
     WHERE $1 = ANY(s.migrations) ORDER BY t.id`,
    [MIGRATION],
  );
  return rows.map(({ slug }) => slug);
};
const withColour = async () =>
  (
    await old.database
      .admin(`SELECT FROM information_schema.columns WHERE table_name = 'note' AND column_name = 'colour'
    AND table_schema LIKE 't\\_%'`)
  ).length;

/** Whether a single tenant waits for it: several in one message give way at once, and are tried one by one. */
const isWaitedFor = async (holder: Holder) =>
  (await holder.waiting()).some(({ query }) => !query.startsWith('SET LOCAL lock_timeout'));

/** Connections that migrate. */
const migrators = async () =>
  (
    await old.database.admin(
      `SELECT FROM pg_stat_activity WHERE application_name = 'tenantry migrate' AND datname = current_database()`,
    )
  ).length;

/** Holds a tenant's table as a long request does. */
const hold = (tenant: TestTenant) => Holder.of(old.database, `SELECT FROM ${schemaOf(tenant)}.note`);

describe('tenantry migrate', () => {
  it('says what it would do, with the SQL, and touches no tenant', async () => {
    const dry = tenantry('migrate', '--dry-run');
    expect(await dry.end()).toBe(0);
    expect(dry.output).toContain('-- 6 tenants');
    expect(dry.output).toContain(MIGRATION);
    expect(dry.output).toContain(`ALTER TABLE note ADD COLUMN colour text NOT NULL DEFAULT 'white';`);
    expect(dry.output).toContain('-- warning: index-blocks-writes note.note_colour: ');
    expect(dry.errors).toContain(`warning ${MIGRATION}: index-blocks-writes note.note_colour: `);
    expect([await migrated(), await withColour()]).toEqual([[], 0]);
  });

  it('killed with -9 leaves whole tenants, and goes on where it was', async () => {
    const third = tenants[2];
    if (!third) throw new Error('There is no third tenant.');
    const request = await hold(third);
    const killed = tenantry('migrate', '--concurrency', '1', '--lock-timeout', '60000');
    await eventually(
      'two tenants are migrated, and the third waits for its table',
      async () => (await migrated()).length === 2 && (await isWaitedFor(request)),
      LONG,
    );
    killed.child.kill('SIGKILL');
    expect(await killed.end()).toBeNull();
    await request.release();
    await eventually('Postgres has noticed', async () => {
      const sql = `SELECT FROM pg_stat_activity WHERE application_name = 'tenantry migrate' AND datname = current_database()`;
      return (await old.database.admin(sql)).length === 0;
    });
    // The message of the third had arrived: Postgres carries it out, ledger and all.
    expect([await migrated(), await withColour()]).toEqual([['one', 'two', 'three'], 3]);

    const again = tenantry('migrate', '--tenant', 'four', '--json');
    expect(await again.end()).toBe(0);
    const lines = again.output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines).toEqual([
      { slug: 'four', applied: [MIGRATION] },
      { migrated: 1, failed: 0, behind: 0, halted: false, waves: [{ size: 1, done: 1, failed: 0 }] },
    ]);
  });

  it('reports who failed with 1, and stops by itself with 4', async () => {
    const five = await hold(tenants[4] ?? failed());
    const flags = ['--lock-timeout', '20', '--attempts', '1'];
    const halted = tenantry('migrate', '--waves', '1', ...flags);
    expect(await halted.end()).toBe(4);
    expect(halted.output).toContain('Stopped by itself in wave 1 of 2: of 1 tenants 0 migrated, 1 failed.');
    expect(halted.output).toContain('1 tenants are left as they were.');
    expect(await migrated()).toHaveLength(4);

    const passed = tenantry('migrate', '--tenant', 'five', ...flags);
    expect(await passed.end()).toBe(1);
    expect(passed.output).toMatch(
      /0 tenants migrated, 1 failed\n {2}five: colours\/AddColour\d+: canceling statement due to lock timeout/,
    );
    await five.release();
  });

  it('interrupted ends with 130 after the tenant that is under way, and leaves the rest to the next run', async () => {
    const five = await hold(tenants[4] ?? failed());
    const interrupted = tenantry('migrate', '--concurrency', '1', '--lock-timeout', '60000');
    await eventually('it waits for a table', () => isWaitedFor(five), LONG);
    interrupted.child.kill('SIGINT');
    await eventually('it has heard', () => Promise.resolve(interrupted.errors.includes('Interrupted')), LONG);
    await five.release();
    expect(await interrupted.end()).toBe(130);
    expect(interrupted.output).toBe('1 tenants migrated, 0 failed\n1 tenants are left as they were.\n');
    expect(await migrated()).toEqual(['one', 'two', 'three', 'four', 'five']);
  });

  it('run while servers of the code before answer costs no request', async () => {
    let isOver = false;
    const statuses: number[] = [];
    const paths = ['/notes', '/every-column', '/every-column/twice', '/me'];
    const load = tenants.map(async ({ owner }) => {
      do {
        for (const path of paths) statuses.push((await owner.get(path)).status);
        statuses.push((await owner.post('/notes', { title: 'under load', body: '' })).status);
      } while (!isOver);
    });
    const migration = tenantry('migrate');
    const code = await migration.end();
    isOver = true;
    await Promise.all(load);
    expect(code).toBe(0);
    expect(await withColour()).toBe(6);
    expect([...new Set(statuses)].sort()).toEqual([200, 201]);
    const { body } = await (tenants[5] ?? failed()).owner.get('/every-column');
    expect(body['columns']).toContain('colour');
  });

  it('run twice at once, once in a terminal, migrates each tenant once', async () => {
    const request = await hold(tenants[0] ?? failed());
    const args = ['migrate', '--concurrency', '1', '--lock-timeout', '60000'];
    const next = { ...NEXT, NEXT_RELEASE: '2' };
    const other = new CommandProcess(old.database, args, next, isTerminal);
    await eventually('a table keeps it waiting', () => isWaitedFor(request), LONG);
    const alone = await migrators();
    const inLog = new CommandProcess(old.database, args, next);
    await eventually('another looks for tenants too', async () => (await migrators()) > alone, LONG);
    await request.release();
    expect(await Promise.all([inLog.end(), other.end()])).toEqual([0, 0]);
    const counts = [inLog, other].map(({ output }) => Number(/(\d+) tenants migrated, 0 failed/.exec(output)?.[1]));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(6);
    if (!isTerminal) return;
    // The bar, and the cursor as it was.
    expect(other.output).toMatch(/\d\/\d tenants, 0 failed, \d+\/s, \d+ s left/);
    const [hidden, shown] = ['\u001b[?25l', '\u001b[?25h'].map((code) => other.output.lastIndexOf(code));
    expect([hidden !== -1, Number(shown) > Number(hidden)]).toEqual([true, true]);
  });

  it('with nothing to do says so', async () => {
    const idle = tenantry('migrate');
    expect(await idle.end()).toBe(0);
    expect(idle.output).toBe('0 tenants migrated, 0 failed\n');
  });
});

function failed(): never {
  throw new Error('There is no such tenant.');
}
