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
const quiet = () => eventually('everything is told', async () => (await left(`status <> 'dead'`)) === 0);
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

  it.each([true, false])('takes part in a transaction of TypeORM, given its manager or not: %s', async (isGiven) => {
    const source = app().get<DataSource>(getDataSourceToken());
    const undone = inTenant(platform.platform, acme, () =>
      source.transaction(async (manager) => {
        await app()
          .get(Events)
          .emit('background.happened', { name: 'undone' }, isGiven ? { manager } : {});
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
      Promise.resolve(
        background.heardSecond.length === 5 && ['acme 0', 'globex 0'].every((line) => background.heard.includes(line)),
      ),
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

describe('a thousand events of one tenant', () => {
  it('hold up nobody else’s, and are told in order', async () => {
    const emitted = (many: number) =>
      `SELECT count(extensions.emit_event('background.happened', 'X', json_build_object('name', n::text)::jsonb)) FROM generate_series(0, ${many - 1}) n`;
    const asRole = (tenant: TestTenant, sql: string) =>
      platform.database.admin(`BEGIN; SET LOCAL ROLE ${schemaOf(tenant)}; ${sql}; COMMIT`);
    await asRole(acme, emitted(1000));
    await eventually('they are being told', () => Promise.resolve(background.heard.length > 10));
    await asRole(globex, emitted(1));
    const before = background.heard.length;
    await eventually('the single one is told', () => Promise.resolve(background.heard.includes('globex 0')));
    expect(background.heard.indexOf('globex 0') - before).toBeLessThan(50);
    await platform.database.admin(`DELETE FROM platform.job WHERE status = 'waiting'`);
    await quiet();
    const told = background.heard.filter((line) => line.startsWith('acme'));
    expect(told).toEqual(names('acme', told.length));
  });
});

describe('an event of a tenant that is deleted before it is told', () => {
  it('is dead for every listener, told to nobody else, and told when the tenant is back and somebody retries it', async () => {
    const gone = await platform.createTenant('gone');
    await quiet();
    background.failing.add('early'); // so that what comes after it waits
    await emit(gone, 'early');
    await emit(gone, 'late');
    await emit(globex, 'other');
    await eventually('the first has failed', async () => (await left('error IS NOT NULL')) > 0);
    await platform.operator.delete(`/admin/tenants/${gone.id}`);
    await platform.database.admin('UPDATE platform.job SET run_at = now()');
    await quiet();
    expect(background.heard).toEqual(['globex other']);
    expect(await left(`status = 'dead' AND error = 'The tenant is deleted.'`)).toBeGreaterThanOrEqual(2);
    background.failing.clear();
    await platform.operator.post(`/admin/tenants/${gone.id}/resume`);
    await platform.operator.post('/admin/jobs/retry', { task: 'background.first', tenant: gone.id });
    await quiet();
    expect(background.heard).toEqual(['globex other', 'gone early', 'gone late']);
    await platform.database.admin(`DELETE FROM platform.job`);
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
