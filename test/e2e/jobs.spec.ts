import { getDataSourceToken } from '@nestjs/typeorm';
import { defineTask, Tasks, TenantTransaction, type EnqueueOptions } from '@tenantry/platform';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Background, BackgroundModule, MarkName } from '../support/background.module.js';
import { eventually } from '../support/eventually.js';
import { Mark } from '../support/mark.entity.js';
import { inTenant } from '../support/in-tenant.js';
import { itemsOf } from '../support/test-client.js';
import { commandOver } from '../support/command.js';
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
  background.failing.clear();
});

const app = () => platform.platform.app;
const enqueue = (tenant: TestTenant, name: string, options: EnqueueOptions = {}) =>
  inTenant(platform.platform, tenant, () => app().get(Tasks).enqueue(mark, { name }, options));
const jobs = () => platform.database.admin<{ id: string; status: string; error: string }>('SELECT * FROM platform.job');
const quiet = () => eventually('nothing is left to do', async () => (await jobs()).length === 0);
const dueNow = () => platform.database.admin('UPDATE platform.job SET run_at = now()');
const marksOf = async (tenant: TestTenant) =>
  (await platform.database.admin<{ tenant: string }>(`SELECT tenant FROM ${schemaOf(tenant)}.mark ORDER BY id`)).map(
    (row) => row.tenant,
  );

describe('a job', () => {
  it('is done inside its tenant, once', async () => {
    await enqueue(acme, 'first');
    await enqueue(globex, 'second');
    await quiet();
    expect(background.done.sort()).toEqual(['acme first', 'globex second']);
    expect([(await marksOf(acme)).includes('first'), (await marksOf(globex)).includes('first')]).toEqual([true, false]);
  });

  it('is there when the transaction that enqueued it commits, and not when it is undone', async () => {
    const transaction = app().get(TenantTransaction);
    const inTransaction = (name: string, end: () => void) =>
      inTenant(platform.platform, acme, () =>
        transaction.run(async () => {
          await app().get(Tasks).enqueue(mark, { name });
          end();
        }),
      );
    const undo = () => {
      throw new Error('on purpose');
    };
    await expect(inTransaction('undone', undo)).rejects.toThrow('on purpose');
    expect(await jobs()).toEqual([]);
    await inTransaction('kept', () => undefined);
    await quiet();
    expect(background.done).toEqual(['acme kept']);
  });

  describe('in a transaction that TypeORM began', () => {
    const tasks = () => app().get(Tasks);
    const source = () => app().get<DataSource>(getDataSourceToken());
    const inAcme = <T>(work: () => Promise<T>) => inTenant(platform.platform, acme, work);
    const fail = () => {
      throw new Error('on purpose');
    };
    const undoing: Record<string, () => Promise<unknown>> = {
      'takes part without being given its manager': () =>
        source().transaction(async () => {
          await tasks().enqueue(mark, { name: 'undone' });
          fail();
        }),
      'takes part in one that a repository began': () =>
        source()
          .getRepository(Mark)
          .manager.transaction(async () => {
            await tasks().enqueue(mark, { name: 'undone' });
            fail();
          }),
      'takes part when the tenant is entered once more': () =>
        source().transaction(async () => {
          await inAcme(() => tasks().enqueue(mark, { name: 'undone' }));
          fail();
        }),
      'takes part in the innermost': () =>
        source().transaction((manager) =>
          manager.transaction(async () => {
            await tasks().enqueue(mark, { name: 'undone' });
            fail();
          }),
        ),
      'takes part in one begun by hand whose manager it is given': async () => {
        const runner = source().createQueryRunner();
        await runner.startTransaction();
        await tasks().enqueue(mark, { name: 'undone' }, { manager: runner.manager });
        await runner.rollbackTransaction();
        await runner.release();
        fail();
      },
    };
    it.each(Object.entries(undoing))('%s', async (_, work) => {
      await expect(inAcme(work)).rejects.toThrow('on purpose');
      expect(await jobs()).toEqual([]);
    });

    it('is done when that commits', async () => {
      await inAcme(() => source().transaction(() => tasks().enqueue(mark, { name: 'kept' })));
      await quiet();
      expect(background.done).toEqual(['acme kept']);
    });

    it('of another tenant is not part of it', async () => {
      const undone = inAcme(() =>
        source().transaction(async () => {
          await enqueue(globex, 'theirs');
          fail();
        }),
      );
      await expect(undone).rejects.toThrow('on purpose');
      await quiet();
      expect(background.done).toEqual(['globex theirs']);
    });

    it('is refused once that has ended, because what caused it may have been undone', async () => {
      let late: Promise<unknown> | undefined;
      let open: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => (open = resolve));
      await inAcme(() =>
        source().transaction(() => {
          late = gate.then(() => tasks().enqueue(mark, { name: 'late' }));
          return Promise.resolve();
        }),
      );
      open();
      await expect(late).rejects.toMatchObject({ code: 'TENANT_TRANSACTION_ENDED' });
      expect(await jobs()).toEqual([]);
    });
  });

  it.each([
    ['a payload that is not what the task takes', 'background.mark', { name: 7 }, 'BACKGROUND_PAYLOAD_INVALID'],
    ['a property that the task does not know', 'background.mark', { name: 'x', more: 1 }, 'BACKGROUND_PAYLOAD_INVALID'],
    ['a task that nobody does', 'background.nothing', { name: 'x' }, 'BACKGROUND_NAME_UNKNOWN'],
  ])('is refused with %s', async (_, task, payload, code) => {
    const asked = inTenant(platform.platform, acme, () => app().get(Tasks).enqueue(task, payload));
    await expect(asked).rejects.toMatchObject({ code });
    expect(await jobs()).toEqual([]);
  });

  it('waits until its time, and gives way to another of its key', async () => {
    const runAt = new Date(Date.now() + 3_600_000);
    const first = await enqueue(acme, 'old', { runAt, jobKey: 'report' });
    const second = await enqueue(acme, 'new', { runAt, jobKey: 'report' });
    await enqueue(globex, 'other', { runAt, jobKey: 'report' });
    expect(second).toBe(first);
    expect(background.done).toEqual([]);
    await dueNow();
    await quiet();
    expect(background.done.sort()).toEqual(['acme new', 'globex other']);
  });
});

describe('a job that fails', () => {
  it('is tried again, and is done when the cause is gone', async () => {
    background.failing.add('shaky');
    await enqueue(acme, 'shaky');
    await eventually('it has failed once', async () => (await jobs())[0]?.error === 'shaky fails');
    background.failing.clear();
    await dueNow();
    await quiet();
    expect([background.done, background.attempts]).toEqual([['acme shaky'], 2]);
  });

  it('is dead after its last attempt; operators see it, try it again and give it up', async () => {
    background.failing.add('broken');
    const id = await enqueue(acme, 'broken', { maxAttempts: 1 });
    const doomed = await enqueue(globex, 'broken', { maxAttempts: 1 });
    const dead = (query: string) => platform.operator.get(`/admin/jobs?status=dead${query}`);
    await eventually('both are dead', async () => itemsOf(await dead('')).length === 2);
    expect(itemsOf(await dead(`&tenant=${acme.id}&task=background.mark`))).toMatchObject([
      { id, tenantId: acme.id, task: 'background.mark', status: 'dead', attempts: 1, error: 'broken fails' },
    ]);
    expect(itemsOf(await dead('&task=background.nightly'))).toEqual([]);
    const page = await dead('&limit=1');
    const next = (page.body['_links'] as { next: { href: string } }).next.href;
    expect([...itemsOf(page), ...itemsOf(await platform.operator.get(next))].map((job) => job['id'])).toEqual([
      id,
      doomed,
    ]);
    expect((await platform.operator.get('/admin/jobs/counts')).body).toMatchObject({ waiting: 0, running: 0, dead: 2 });

    background.failing.clear();
    expect((await platform.operator.post(`/admin/jobs/${id}/retry`)).status).toBe(200);
    expect((await platform.operator.delete(`/admin/jobs/${doomed}`)).status).toBe(204);
    await quiet();
    expect(background.done).toEqual(['acme broken']);
    expect((await platform.operator.post(`/admin/jobs/${id}/retry`)).status).toBe(404);
  });

  it('is for operators alone', async () => {
    expect((await acme.owner.get('/admin/jobs')).status).toBe(401);
    expect((await platform.anyone.get('/admin/jobs')).status).toBe(401);
  });
});

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

describe('with two processes', () => {
  it('each job is done by one of them', async () => {
    const other = await platform.another();
    try {
      const names = Array.from({ length: 30 }, (_, index) => `job${index}`);
      for (const name of names) await enqueue(acme, name);
      await quiet();
      const theirs = other.platform.app.get(Background).done;
      expect([...background.done, ...theirs].sort()).toEqual(names.map((name) => `acme ${name}`).sort());
      expect(theirs.length).toBeGreaterThan(0);
    } finally {
      await other.close();
    }
  });
});

describe('a backlog of one tenant', () => {
  it('delays another tenant’s job by a few others only', async () => {
    await platform.database.admin(
      `INSERT INTO platform.job (id, tenant_id, task, payload, run_at)
       SELECT gen_random_uuid(), $1, 'background.mark', '{"name":"many"}', now() - interval '1 hour' FROM generate_series(1, 2000)`,
      [acme.id],
    );
    await platform.database.admin('SELECT platform.hand_over_jobs($1)', [acme.id]);
    await eventually('the backlog is worked at', () => Promise.resolve(background.done.length > 0));
    await enqueue(globex, 'single');
    const written = background.done.length;
    await eventually('the single one is done', () => Promise.resolve(background.done.includes('globex single')));
    expect(background.done.indexOf('globex single') - written).toBeLessThan(20);
    await platform.database.admin(`DELETE FROM platform.job WHERE status = 'waiting'`);
    await quiet();
  });

  it('has no more than its share under way', async () => {
    await platform.database.admin(`INSERT INTO platform.tenant (id, slug, name, status, plan, api_version)
      VALUES ('00000000-0000-7000-8000-000000000001', 'paper', 'Paper', 'active', 'free', '2026-11-01')`);
    await platform.database.admin(
      `INSERT INTO platform.job (id, tenant_id, task) SELECT gen_random_uuid(), '00000000-0000-7000-8000-000000000001', 'background.nightly' FROM generate_series(1, 50)`,
    );
    const [{ handed } = { handed: 0 }] = await platform.database.admin<{ handed: number }>(
      `SELECT platform.hand_over_jobs('00000000-0000-7000-8000-000000000001') AS handed`,
    );
    expect(handed).toBeLessThanOrEqual(2);
    await platform.database.admin(`DELETE FROM platform.job; DELETE FROM platform.tenant WHERE slug = 'paper'`);
  });
});
