import { getDataSourceToken } from '@nestjs/typeorm';
import { defineTask, Tasks, TenantTransaction, type EnqueueOptions } from '@tenantry/platform';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Background, BackgroundModule, MarkName } from '../support/background.module.js';
import { commandOver } from '../support/command.js';
import { eventually } from '../support/eventually.js';
import { inTenant } from '../support/in-tenant.js';
import { Mark } from '../support/mark.entity.js';
import { itemsOf } from '../support/test-client.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { addUser, schemaOf } from '../support/test-users.js';

const mark = defineTask('background.mark', MarkName);
let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;
let background: Background;

beforeAll(async () => {
  platform = await startPlatform({ modules: [BackgroundModule] });
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
  background = platform.platform.app.get(Background);
});

afterAll(() => platform.close());

beforeEach(() => {
  background.done.length = 0;
});

const app = () => platform.platform.app;
const enqueue = (tenant: TestTenant, name: string, options: EnqueueOptions = {}) =>
  inTenant(platform.platform, tenant, () => app().get(Tasks).enqueue(mark, { name }, options));
const jobs = () =>
  platform.database.admin<{ id: string; status: string }>('SELECT * FROM platform.job WHERE event_id IS NULL');
const quiet = () => eventually('nothing is left to do', async () => (await jobs()).length === 0);
const marksOf = async (tenant: TestTenant) =>
  (await platform.database.admin<{ tenant: string }>(`SELECT tenant FROM ${schemaOf(tenant)}.mark ORDER BY id`)).map(
    (row) => row.tenant,
  );

describe('a tenant whose backlog of tasks is full', () => {
  it('is asked to come back later, with nothing of the request done, while others go on', async () => {
    await platform.database.admin(`UPDATE platform.job_limit SET value = 2 WHERE name = 'backlog'`);
    const runAt = new Date(Date.now() + 3_600_000);
    for (const name of ['one', 'two']) await enqueue(acme, name, { runAt });
    const source = app().get<DataSource>(getDataSourceToken());
    const work = () =>
      source.transaction(async (manager) => {
        await manager.save(Mark, { tenant: 'undone' });
        await app().get(Tasks).enqueue(mark, { name: 'three' });
      });
    const refused = { code: 'BACKGROUND_FULL', status: 503, headers: { 'retry-after': '30' } };
    await expect(inTenant(platform.platform, acme, work)).rejects.toMatchObject(refused);
    expect(await marksOf(acme)).not.toContain('undone');
    await enqueue(globex, 'theirs');
    await eventually('the other’s is done', () => Promise.resolve(background.done.includes('globex theirs')));
    await platform.database.admin(
      `UPDATE platform.job_limit SET value = 200000 WHERE name = 'backlog'; DELETE FROM platform.job`,
    );
  });

  it('may leave out what is not needed: the refusal undoes itself alone', async () => {
    await platform.database.admin(`UPDATE platform.job_limit SET value = 1 WHERE name = 'backlog'`);
    await enqueue(acme, 'one', { runAt: new Date(Date.now() + 3_600_000) });
    await inTenant(platform.platform, acme, () =>
      app()
        .get(TenantTransaction)
        .run(async () => {
          await app().get<DataSource>(getDataSourceToken()).getRepository(Mark).save({ tenant: 'kept' });
          await app()
            .get(Tasks)
            .enqueue(mark, { name: 'two' })
            .catch(() => undefined);
        }),
    );
    expect(await marksOf(acme)).toContain('kept');
    await platform.database.admin(
      `UPDATE platform.job_limit SET value = 200000 WHERE name = 'backlog'; DELETE FROM platform.job`,
    );
  });
});

describe('dead jobs', () => {
  const status = async () => Object.fromEntries((await jobs()).map(({ id, status }) => [id, status]));
  /** Dead ones, as many as there are names; whose task nobody does, so that they stay as they are put. */
  const dead = async (tenant: TestTenant, task: string) => {
    const [row] = await platform.database.admin<{ id: string }>(
      `INSERT INTO platform.job (id, tenant_id, task, payload, status, attempts, error)
       VALUES (gen_random_uuid(), $1, $2, '{"name":"late"}', 'dead', 10, 'relation "t_0123.secret" does not exist') RETURNING id`,
      [tenant.id, task],
    );
    return row?.id ?? '';
  };

  it('are seen, tried again and given up by their own tenant, without the words of the error', async () => {
    const [first, second] = [await dead(acme, 'background.mark'), await dead(acme, 'background.mark')];
    const listed = await acme.owner.get('/jobs?status=dead');
    expect(
      itemsOf(listed)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([first, second].sort());
    expect(listed.text).not.toMatch(/relation|t_0123|tenantId|payload/);
    expect((await acme.owner.post(`/jobs/${first}/retry`)).body).toMatchObject({ id: first, attempts: 0 });
    expect((await acme.owner.delete(`/jobs/${second}`)).status).toBe(204);
    await quiet();
    expect(background.done).toEqual(['acme late']);
  });

  it('of another tenant are as if they were not there', async () => {
    const id = await dead(acme, 'background.mark');
    expect(itemsOf(await globex.owner.get('/jobs'))).toEqual([]);
    for (const answer of [
      await globex.owner.get(`/jobs/${id}`),
      await globex.owner.post(`/jobs/${id}/retry`),
      await globex.owner.delete(`/jobs/${id}`),
    ])
      expect(answer).toMatchObject({ status: 404, body: { code: 'JOB_UNKNOWN' } });
    expect(await status()).toEqual({ [id]: 'dead' });
    await acme.owner.delete(`/jobs/${id}`);
  });

  it('are for those alone who may see to them', async () => {
    const { client } = await addUser(platform, acme, 'member');
    expect((await client.get('/jobs')).status).toBe(403);
    expect((await platform.anyone.with({ 'x-tenant': 'acme' }).get('/jobs')).status).toBe(401);
    expect((await client.get('/')).text).not.toContain('/jobs');
  });

  it('are tried again by the many, of one task or one tenant', async () => {
    const nobodys = await dead(acme, 'nobody.does-this');
    await dead(acme, 'background.mark');
    await dead(globex, 'background.mark');
    const retry = (body: object) => platform.operator.post('/admin/jobs/retry', body);
    expect((await retry({ task: 'background.mark', tenant: acme.id })).body).toMatchObject({ retried: 1 });
    expect((await retry({ task: 'background.mark' })).body).toMatchObject({ retried: 1 });
    await eventually('both are done', async () => (await jobs()).length === 1);
    expect(background.done.sort()).toEqual(['acme late', 'globex late']);
    expect(await status()).toEqual({ [nobodys]: 'dead' });
    expect((await acme.owner.post('/admin/jobs/retry', {})).status).toBe(401);
    await platform.operator.delete(`/admin/jobs/${nobodys}`);
  });

  it('are left alone when they died after somebody asked for the many to be tried again', async () => {
    const later = await dead(acme, 'background.mark');
    await platform.database.admin(`UPDATE platform.job SET updated_at = now() + interval '1 hour' WHERE id = $1`, [
      later,
    ]);
    const { body } = await platform.operator.post('/admin/jobs/retry', { task: 'background.mark' });
    expect(body).toMatchObject({ retried: 0 });
    expect(await status()).toEqual({ [later]: 'dead' });
    await platform.operator.delete(`/admin/jobs/${later}`);
  });

  it('are looked after by command', async () => {
    const run = async (...args: string[]) => commandOver(platform.database, [BackgroundModule], ['jobs', ...args]);
    const [one, two] = [await dead(acme, 'background.mark'), await dead(globex, 'background.mark')];
    const listed = await run('list', '--status', 'dead', '--tenant', 'acme', '--json');
    expect(JSON.parse(listed.out)).toMatchObject([{ id: one, tenantId: acme.id, status: 'dead' }]);
    expect((await run('retry')).code).toBe(2);
    expect((await run('retry', '--all', '--task', 'background.mark', '--tenant', 'acme')).out).toBe(
      '1 job will be tried again.\n',
    );
    expect((await run('delete', two)).code).toBe(0);
    expect((await run('delete', two)).err).toMatch(/^JOB_UNKNOWN/);
    await quiet();
    expect(background.done).toEqual(['acme late']);
  });
});
