import { getDataSourceToken } from '@nestjs/typeorm';
import { Events, TenantTransaction } from '@tenantry/platform';
import { JobPruning } from '@tenantry/jobs';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Background, BackgroundModule } from '../support/background.module.js';
import { eventually } from '../support/eventually.js';
import { inTenant } from '../support/in-tenant.js';
import { itemsOf } from '../support/test-client.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { schemaOf } from '../support/test-users.js';

let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;
let background: Background;

beforeAll(async () => {
  platform = await startPlatform({ modules: [BackgroundModule], environment: { TENANTRY_EVENT_RETENTION: '0' } });
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
  background = platform.platform.app.get(Background);
});

afterAll(() => platform.close());

beforeEach(async () => {
  await quiet();
  for (const list of [background.heard, background.heardSecond, background.lives]) list.length = 0;
  background.failing.clear();
});

const app = () => platform.platform.app;
const emit = (tenant: TestTenant, name: string) =>
  inTenant(platform.platform, tenant, () => app().get(Events).emit('background.happened', { name }));
const left = async (where = 'true') =>
  (await platform.database.admin(`SELECT FROM platform.job WHERE ${where}`)).length;
const quiet = () => eventually('everything is told', async () => (await left(`status <> 'dead'`)) === 0, 20_000);
const names = (tenant: string, count: number) => Array.from({ length: count }, (_, index) => `${tenant} ${index}`);

describe('an event', () => {
  it('is told to every listener inside its tenant, in order', async () => {
    for (let index = 0; index < 10; index += 1) {
      await emit(acme, String(index));
      await emit(globex, String(index));
    }
    await quiet();
    for (const heard of [background.heard, background.heardSecond]) {
      expect(heard.filter((line) => line.startsWith('acme'))).toEqual(names('acme', 10));
      expect(heard.filter((line) => line.startsWith('globex'))).toEqual(names('globex', 10));
    }
    const rows = await platform.database.admin(
      `SELECT FROM ${schemaOf(globex)}.mark WHERE tenant = 'BackgroundHappened 9'`,
    );
    expect(rows).toHaveLength(1);
  });

  it('is told when the transaction that caused it commits, and not when it is undone', async () => {
    const transaction = app().get(TenantTransaction);
    const inTransaction = (name: string, end: () => void) =>
      inTenant(platform.platform, acme, () =>
        transaction.run(async () => {
          await app().get(Events).emit('background.happened', { name });
          end();
        }),
      );
    const undone = inTransaction('undone', () => {
      throw new Error('on purpose');
    });
    await expect(undone).rejects.toThrow('on purpose');
    expect(await left()).toBe(0);
    await inTransaction('kept', () => undefined);
    await quiet();
    expect(background.heard).toEqual(['acme kept']);
  });

  it('takes part in a transaction of TypeORM whose manager it is given', async () => {
    const source = app().get<DataSource>(getDataSourceToken());
    const undone = inTenant(platform.platform, acme, () =>
      source.transaction(async (manager) => {
        await app().get(Events).emit('background.happened', { name: 'undone' }, { manager });
        throw new Error('on purpose');
      }),
    );
    await expect(undone).rejects.toThrow('on purpose');
    expect(await left()).toBe(0);
  });

  it('of a tenant’s life cannot be told by a module', async () => {
    const told = inTenant(platform.platform, acme, () => app().get(Events).emit('tenant.purged', {}));
    await expect(told).rejects.toMatchObject({ code: 'BACKGROUND_NAME_UNKNOWN' });
  });

  it('that was told is forgotten when its time is over', async () => {
    await app().get(JobPruning).prune();
    expect(await platform.database.admin('SELECT FROM platform.event')).toEqual([]);
  });
});

describe('a listener that fails', () => {
  it('holds up itself for that tenant alone, and hears in order when it works again', async () => {
    background.failing.add('1');
    for (let index = 0; index < 4; index += 1) await emit(acme, String(index));
    await emit(globex, '0');
    await eventually('the others have heard', () =>
      Promise.resolve(background.heardSecond.length === 5 && background.heard.includes('globex 0')),
    );
    expect(background.heard.filter((line) => line.startsWith('acme'))).toEqual(['acme 0']);
    background.failing.clear();
    await platform.database.admin('UPDATE platform.job SET run_at = now()');
    await quiet();
    expect(background.heard.filter((line) => line.startsWith('acme'))).toEqual(names('acme', 4));
  });

  it('leaves the event among the dead jobs after its last attempt, and goes on with the next', async () => {
    background.failing.add('1');
    for (let index = 0; index < 3; index += 1) await emit(acme, String(index));
    await platform.database.admin('UPDATE platform.job SET max_attempts = 1');
    await quiet();
    expect(background.heard).toEqual(['acme 0', 'acme 2']);
    const [dead] = itemsOf(await platform.operator.get('/admin/jobs?status=dead&task=background.first'));
    expect(dead).toMatchObject({ tenantId: acme.id, error: '1 is not heard' });
    background.failing.clear();
    await platform.operator.post(`/admin/jobs/${String(dead?.['id'])}/retry`);
    await quiet();
    expect(background.heard).toEqual(['acme 0', 'acme 2', 'acme 1']);
  });
});

describe('with two processes', () => {
  it('each event is told once, still in order', async () => {
    const other = await platform.another();
    try {
      for (let index = 0; index < 20; index += 1) await emit(acme, String(index));
      await quiet();
      const theirs = other.platform.app.get(Background).heard;
      expect([...background.heard, ...theirs].sort()).toEqual(names('acme', 20).sort());
      const rows = await platform.database.admin<{ tenant: string }>(
        `SELECT tenant FROM ${schemaOf(acme)}.mark WHERE tenant LIKE 'BackgroundHappened %' ORDER BY id DESC LIMIT 20`,
      );
      expect(rows.reverse().map(({ tenant }) => tenant.replace('BackgroundHappened', 'acme'))).toEqual(
        names('acme', 20),
      );
    } finally {
      await other.close();
    }
  });
});

describe('a tenant’s life', () => {
  it('is told to listeners: inside the tenant while it is active, outside when it is not', async () => {
    const { id } = await platform.createTenant('initech');
    await quiet();
    await platform.operator.patch(`/admin/tenants/${id}`, { slug: 'initrode', plan: 'team' });
    await quiet();
    await platform.operator.post(`/admin/tenants/${id}/suspend`);
    await platform.operator.post(`/admin/tenants/${id}/suspend`);
    await quiet();
    await platform.operator.delete(`/admin/tenants/${id}?purge=true&confirm=initrode`);
    await quiet();
    expect(background.lives).toEqual([
      'initech created in initech',
      expect.stringMatching(/initech renamed to initrode in initrode|initrode from free to team/),
      expect.stringMatching(/initech renamed to initrode in initrode|initrode from free to team/),
      'initrode suspended in none',
      'initrode purged in none',
    ]);
  });
});
