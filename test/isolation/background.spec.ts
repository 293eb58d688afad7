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
  const environment = { TENANTRY_WORKER: 'off', TENANTRY_JOBS_BACKLOG: '3000', TENANTRY_EVENTS_BACKLOG: '2000' };
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

describe('a listener that is too far behind in a tenant', () => {
  const emit = (many: number) =>
    run(
      `SELECT count(extensions.emit_event('background.happened', 'X', '{"name":"x"}')) FROM generate_series(1, ${many})`,
    );
  const states = async () => {
    const rows = await platform.database.admin<{ state: string; jobs: number }>(
      `SELECT tenant_id = '${victim.id}' AS victim, status AS state, count(*)::integer AS jobs FROM platform.job
       WHERE task = 'background.first' GROUP BY 1, 2 ORDER BY 1, 2`,
    );
    return rows.map(({ state, jobs }) => `${state} ${jobs}`);
  };

  it('finds further events among its dead jobs, so that who writes is not refused for who listens', async () => {
    for (let times = 0; times < 2; times += 1) expect((await emit(1500)).status).toBe(200);
    expect(await states()).toEqual(['dead 500', 'waiting 2500']);
    expect((await emit(1)).status).toBe(200);
    expect(await states()).toEqual(['dead 501', 'waiting 2500']);
    // What waits for listeners takes no room from tasks, and nothing from another tenant.
    expect((await run(enqueue('background.mark', `'{"name":"x"}'`))).status).toBe(200);
    const others = `SELECT extensions.emit_event('background.happened', 'X', '{"name":"x"}')`;
    await platform.database.admin(`BEGIN; SET LOCAL ROLE ${schemaOf(victim)}; ${others}; COMMIT`);
    expect(await states()).toEqual(['dead 501', 'waiting 2500', 'waiting 1']);
  });

  it('still hears of what happens to the tenant itself', async () => {
    await emit(2500);
    await platform.database.admin(
      `INSERT INTO platform.event_listener (type, name) VALUES ('tenant.suspended', 'background.first')`,
    );
    await platform.operator.post(`/admin/tenants/${mallory.id}/suspend`);
    await platform.operator.post(`/admin/tenants/${mallory.id}/resume`);
    const told = await platform.database.admin<{ status: string }>(
      `SELECT j.status FROM platform.job j JOIN platform.event e ON e.id = j.event_id WHERE e.type = 'tenant.suspended' AND j.task = 'background.first'`,
    );
    expect(told).toEqual([{ status: 'waiting' }]);
    await platform.database.admin(
      `DELETE FROM platform.event_listener WHERE type = 'tenant.suspended' AND name = 'background.first'`,
    );
  });

  it('and has as many dead ones takes no more: a flood that nobody looks after ends', async () => {
    for (let times = 0; times < 3; times += 1) expect((await emit(1500)).status).toBe(200);
    expect((await emit(1)).status).toBeGreaterThanOrEqual(500);
    expect(await states()).toEqual(['dead 2000', 'waiting 2500']);
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
