import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Background, BackgroundModule } from '../support/background.module.js';
import { eventually } from '../support/eventually.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { schemaOf } from '../support/test-users.js';
import { UnsafeSearchModule } from '../support/unsafe-search.module.js';

let platform: TestPlatform;
let mallory: TestTenant;
let victim: TestTenant;

beforeAll(async () => {
  const environment = { TENANTRY_WORKER: 'off', TENANTRY_JOBS_BACKLOG: '3000' };
  platform = await startPlatform({ modules: [BackgroundModule, UnsafeSearchModule], environment });
  [mallory, victim] = [await platform.createTenant('mallory'), await platform.createTenant('victim')];
});

afterAll(() => platform.close());

beforeEach(() => platform.database.admin('DELETE FROM platform.job'));

/** Runs a statement as Mallory's role, as injected text would. */
const run = (statement: string) => mallory.owner.get(`/unsafe-search/statement?q=${encodeURIComponent(statement)}`);
const jobs = () =>
  platform.database.admin<{ tenant_id: string; task: string }>('SELECT tenant_id, task FROM platform.job');
const enqueue = (task: string, payload: string) =>
  `SELECT extensions.enqueue_task('${task}', ${payload}, NULL, NULL, NULL, NULL)`;

describe('injected text', () => {
  it('can write a job of a known task for its own tenant, or the attacks below would prove nothing', async () => {
    expect((await run(enqueue('background.mark', `'{"name":"x"}'`))).status).toBe(200);
    expect(await jobs()).toEqual([{ tenant_id: mallory.id, task: 'background.mark' }]);
  });

  it.each([
    ['a task that no module has', () => enqueue('orders.refund-everything', `'{}'`)],
    ['a listener in place of a task', () => enqueue('background.first', `'{}'`)],
    [
      'a payload that is huge',
      () => enqueue('background.mark', `json_build_object('name', repeat('x', 70000))::jsonb`),
    ],
    ['a payload that is no object', () => enqueue('background.mark', `'[1]'`)],
    ['no payload', () => enqueue('background.mark', 'NULL')],
    [
      'a key without end',
      () => `SELECT extensions.enqueue_task('background.mark', '{}', NULL, repeat('x', 201), NULL, NULL)`,
    ],
    [
      'another tenant’s job',
      () =>
        `INSERT INTO platform.job (id, tenant_id, task) VALUES (gen_random_uuid(), '${victim.id}', 'background.mark')`,
    ],
    ['the jobs of all', () => 'SELECT * FROM platform.job'],
    ['the events of all', () => 'SELECT * FROM platform.event'],
    ['the handing over of another’s jobs', () => `SELECT platform.hand_over_jobs('${victim.id}')`],
    [
      'an event of another tenant',
      () => `SELECT platform.write_event('${victim.id}', 'background.happened', 'X', '{}')`,
    ],
    ['the end of a tenant as an event', () => `SELECT extensions.emit_event('tenant.purged', 'TenantPurged', '{}')`],
    [
      'an event that is huge',
      () =>
        `SELECT extensions.emit_event('background.happened', 'X', json_build_object('n', repeat('x', 70000))::jsonb)`,
    ],
    ['the tickets of the worker', () => 'SELECT * FROM tenantry_worker._private_jobs'],
    ['a ticket', () => `SELECT tenantry_worker.add_job('job', '{}')`],
    [
      'a backlog without end, in one statement',
      () =>
        `SELECT count(extensions.enqueue_task('background.mark', '{}', NULL, NULL, NULL, NULL)) FROM generate_series(1, 20000)`,
    ],
    [
      'events without end, in one statement',
      () => `SELECT count(extensions.emit_event('background.happened', 'X', '{}')) FROM generate_series(1, 20000)`,
    ],
  ])('does not reach %s', async (_, statement) => {
    const answer = await run(statement());
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.text).not.toMatch(/t_[0-9a-f]{32}|permission denied|tenantry_worker|platform\.|SELECT/);
    expect(await jobs()).toEqual([]);
  });

  it('fills its own tenant’s backlog to its bound, and nobody else’s', async () => {
    const fill = `SELECT count(extensions.enqueue_task('background.mark', '{"name":"x"}', NULL, NULL, NULL, NULL)) FROM generate_series(1, 2500)`;
    expect((await run(fill)).status).toBe(200);
    expect((await run(fill)).status).toBe(500);
    expect((await run(fill)).status).toBe(500);
    expect((await jobs()).length).toBe(2500);
    const role = schemaOf(victim);
    await platform.database.admin(
      `BEGIN; SET LOCAL ROLE ${role}; SELECT extensions.enqueue_task('background.mark', '{"name":"mine"}', NULL, NULL, NULL, NULL); COMMIT`,
    );
    expect((await jobs()).filter(({ tenant_id }) => tenant_id === victim.id)).toHaveLength(1);
  });
});

describe('the functions that write jobs', () => {
  it('serve nobody who has entered no tenant', async () => {
    const login = platform.database.settings.get('TENANTRY_INSTALLATION');
    for (const role of ['app', 'platform', 'owner']) {
      const asked = platform.database.admin(
        `BEGIN; SET LOCAL ROLE ${login}_${role}; ${enqueue('background.mark', `'{}'`)}; COMMIT`,
      );
      await expect(asked).rejects.toMatchObject({ code: 'TN000' });
      await platform.database.admin('ROLLBACK');
    }
  });
});

describe('the platform’s login', () => {
  it('reads no tenant’s rows although it works at the jobs of all', async () => {
    const [{ may } = { may: true }] = await platform.database.admin<{ may: boolean }>(
      `SELECT has_schema_privilege($1, $2, 'USAGE') AS may`,
      [`${platform.database.settings.get('TENANTRY_INSTALLATION')}_platform`, schemaOf(victim)],
    );
    expect(may).toBe(false);
  });
});

describe('a process that does no background work', () => {
  it('leaves it to those that do', async () => {
    await run(enqueue('background.mark', `'{"name":"later"}'`));
    expect(await jobs()).toHaveLength(1);
    await platform.platform.work();
    const { done } = platform.platform.app.get(Background);
    await eventually('it is done', () => Promise.resolve(done.includes('mallory later')));
  });
});
