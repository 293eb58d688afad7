import { UsageMeter } from '@tenantry/billing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemsOf } from '../support/test-client.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { addUser } from '../support/test-users.js';

let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  platform = await startPlatform({ environment: { TENANTRY_USAGE_FLUSH: '3600' } });
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
});

afterAll(() => platform.close());

const flush = () => platform.platform.app.get(UsageMeter).flush();

/** What is written of a tenant, without a request that would count itself. */
async function written(tenant: TestTenant): Promise<number> {
  const [row] = await platform.database.admin<{ requests: string }>(
    'SELECT coalesce(sum(requests), 0) AS requests FROM platform.usage_hour WHERE tenant_id = $1',
    [tenant.id],
  );
  return Number(row?.requests);
}

/** How much the work adds to what is written of a tenant. */
async function added(tenant: TestTenant, work: () => Promise<unknown>): Promise<number> {
  await flush();
  const before = await written(tenant);
  await work();
  await flush();
  return (await written(tenant)) - before;
}

const requests = (tenant: TestTenant, count: number) =>
  Promise.all(Array.from({ length: count }, () => tenant.owner.get('/notes')));

describe('requests', () => {
  it('are counted for the tenant that made them, and for no other', async () => {
    expect(await added(acme, () => requests(acme, 25))).toBe(25);
    expect(await added(globex, () => requests(acme, 5))).toBe(0);
  });

  it('that are refused for what they ask are counted, too', async () => {
    expect(await added(acme, () => acme.owner.get('/notes/nothing'))).toBe(1);
    expect(await added(acme, () => acme.owner.post('/notes', { title: 5 }))).toBe(1);
  });

  it('without a valid credential are not counted', async () => {
    const anyone = platform.anyone.with({ 'x-tenant': 'acme' });
    const work = async () => {
      await anyone.get('/notes');
      await anyone.with({ authorization: 'Bearer forged' }).get('/notes');
      await anyone.post('/auth/login', { email: 'nobody@acme.example', password: 'wrong-password-1' });
      await anyone.get('/health/live');
      await globex.owner.with({ 'x-tenant': 'acme' }).get('/notes');
      await platform.operator.get(`/admin/tenants/${acme.id}`);
    };
    expect(await added(acme, work)).toBe(0);
    expect(await added(globex, work)).toBe(0);
  });

  it('with the token of a session that has ended are not counted', async () => {
    const user = await addUser(platform, acme, 'member');
    await user.client.post('/auth/logout');
    expect(await added(acme, () => user.client.get('/notes'))).toBe(0);
  });

  it('of two processes are added up', async () => {
    const second = await platform.another();
    const there = second.anyone.with({ ...acme.owner.headers });
    const work = async () => {
      await Promise.all([requests(acme, 3), there.get('/notes'), there.get('/notes')]);
      await second.close(); // a process that stops writes what it counted
    };
    expect(await added(acme, work)).toBe(5);
  });
});

describe('what the tenant sees', () => {
  it('is its own, by the hour', async () => {
    await requests(globex, 3);
    await flush();
    const answer = await globex.owner.get('/usage');
    expect(answer).toMatchObject({ status: 200, body: { requests: await written(globex) } });
    const [hour, ...others] = itemsOf(answer);
    expect(String(hour?.['hour'])).toMatch(/:00:00\.000Z$/);
    expect([hour, ...others].reduce((sum, each) => sum + Number(each?.['requests']), 0)).toBe(answer.body['requests']);
  });

  it('includes what was counted a moment ago', async () => {
    const before = Number((await acme.owner.get('/usage')).body['requests']);
    await requests(acme, 4);
    expect(Number((await acme.owner.get('/usage')).body['requests'])).toBeGreaterThanOrEqual(before + 4);
  });

  it('is of the span that is asked for', async () => {
    await platform.database.admin(
      `INSERT INTO platform.usage_hour VALUES ($1, '2026-03-01T10:00:00Z', 7), ($1, '2026-03-01T12:00:00Z', 11)`,
      [acme.id],
    );
    const of = async (from: string, to: string) =>
      (await acme.owner.get(`/usage?from=${from}&to=${to}`)).body['requests'];
    expect(await of('2026-03-01T10:00:00Z', '2026-03-01T12:00:00Z')).toBe(7);
    expect(await of('2026-03-01T10:30:00Z', '2026-03-01T12:00:01Z')).toBe(18);
    expect(await of('2026-03-01T11:00:00Z', '2026-03-01T12:00:00Z')).toBe(0);
  });

  it.each(['from=2026-02-01&to=2026-01-01', 'from=2026-01-01&to=2026-12-01', 'from=2026-01-01&to=2026-01-01'])(
    'is refused for %s',
    async (query) => {
      expect(await acme.owner.get(`/usage?${query}`)).toMatchObject({
        status: 422,
        body: { code: 'USAGE_RANGE_INVALID' },
      });
    },
  );

  it.each(['from=yesterday', 'from=2026-13-01', 'from=2026-02-30', 'to=1', 'from=2026-01-01&from=2026-01-02'])(
    'is malformed with %s',
    async (query) => {
      expect((await acme.owner.get(`/usage?${query}`)).status).toBe(400);
    },
  );
});

describe('a database that does not take the counts', () => {
  it('loses none of them and has none twice', async () => {
    const work = async () => {
      await requests(acme, 2);
      await platform.database.admin('ALTER TABLE platform.usage_hour RENAME TO usage_elsewhere');
      try {
        for (let round = 0; round < 3; round += 1) {
          await requests(acme, 3);
          await expect(flush()).rejects.toThrow();
        }
        expect((await acme.owner.get('/notes')).status).toBe(200);
      } finally {
        await platform.database.admin('ALTER TABLE platform.usage_elsewhere RENAME TO usage_hour');
      }
      await flush();
      await flush();
    };
    expect(await added(acme, work)).toBe(12);
  });

  it('or took them and could not say so has them once', async () => {
    const meter = platform.platform.app.get(UsageMeter);
    const work = async () => {
      await requests(acme, 4);
      // The answer is lost after the commit: what is pending is sent again under the same id.
      const batch = {
        id: '0198f5a0-0000-7000-8000-00000000abcd',
        counts: Reflect.get(meter, 'counts') as Map<string, number>,
      };
      Reflect.set(meter, 'counts', new Map());
      for (let time = 0; time < 2; time += 1) {
        Reflect.set(meter, 'pending', batch);
        await flush();
      }
    };
    expect(await added(acme, work)).toBe(4);
  });
});
