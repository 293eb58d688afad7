import { getDataSourceToken } from '@nestjs/typeorm';
import { defineTask, Tasks, TenantTransaction, type EnqueueOptions } from '@tenantry/platform';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Background, BackgroundModule, MarkName } from '../support/background.module.js';
import { eventually } from '../support/eventually.js';
import { Mark } from '../support/mark.entity.js';
import { inTenant } from '../support/in-tenant.js';
import { itemsOf } from '../support/test-client.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { schemaOf } from '../support/test-users.js';

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
const jobs = () =>
  platform.database.admin<{ id: string; status: string; error: string }>(
    'SELECT * FROM platform.job WHERE event_id IS NULL',
  );
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

describe('with two processes', () => {
  it('each job is done by one of them', async () => {
    const other = await platform.another();
    try {
      const { done: theirs } = other.platform.app.get(Background);
      const names: string[] = [];
      await eventually('both have done some', async () => {
        const name = `job${names.length}`;
        names.push(name);
        await enqueue(acme, name);
        return names.length >= 30 && background.done.length > 0 && theirs.length > 0;
      });
      await quiet();
      expect([...background.done, ...theirs].sort()).toEqual(names.map((name) => `acme ${name}`).sort());
    } finally {
      await other.close();
    }
  });
});

describe('a backlog of one tenant', () => {
  it('of 100,000 jobs delays another tenant’s job by a few others only', async () => {
    await platform.database.admin(
      `INSERT INTO platform.job (id, tenant_id, task, payload, run_at)
       SELECT gen_random_uuid(), $1, 'background.mark', '{"name":"many"}', now() - interval '1 hour' FROM generate_series(1, 100000)`,
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
