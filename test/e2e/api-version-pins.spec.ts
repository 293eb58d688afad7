import { VersionUsage } from '@tenantry/api';
import { Clock, newId } from '@tenantry/kernel';
import { NotesModule } from '@tenantry/example-notes';
import { OrdersModule } from '@tenantry/example-orders';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { walk } from '../support/collection-pages.js';
import { eventually } from '../support/eventually.js';
import { Holder } from '../support/holder.js';
import { customer, NEWEST, spoken } from '../support/order-history.js';
import { TestClient } from '../support/test-client.js';
import { PASSWORD, startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';

let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  platform = await startPlatform({
    modules: [NotesModule, OrdersModule],
    environment: { TENANTRY_USAGE_FLUSH: '1' },
    speaks: false,
  });
  acme = await platform.createTenant('acme');
  globex = await platform.createTenant('globex');
});

afterAll(() => platform.close());

const speaking = (version: string, tenant = acme) => tenant.owner.with({ 'api-version': version });

/** What the operator does over months: the clock of the database's rows is set, not waited for. */
const sql = (text: string, values: unknown[]) => platform.database.admin(text, values);
const PIN = '/settings/api-version';

/** A tenant that was made when this version was the newest. */
const tenantOf = async (slug: string, version: string) => {
  const tenant = await platform.createTenant(slug);
  await sql('UPDATE platform.tenant SET api_version = $2 WHERE id = $1', [tenant.id, version]);
  await sql(`SELECT pg_notify('tenantry_tenant', $1)`, [JSON.stringify({ id: tenant.id, slugs: [tenant.slug] })]);
  await eventually(
    'the pin is known',
    async () => (await tenant.owner.get('/me')).headers.get('api-version') === version,
  );
  return tenant;
};

describe('a pin', () => {
  it('is the newest version at the making of a tenant', async () => {
    expect((await globex.owner.get(PIN)).body).toMatchObject({ apiVersion: NEWEST, newest: NEWEST });
  });

  it('is what the operator says at the making of a tenant, if that is a version', async () => {
    const make = (slug: string, apiVersion: string) =>
      platform.operator.post('/admin/tenants', { slug, name: slug, apiVersion, owner: { email: 'o@example.com' } });
    expect((await make('moved-here', '2026-03-15')).body['apiVersion']).toBe('2026-03-02');
    const unknown = await make('moved-too', '2020-01-01');
    expect([unknown.status, unknown.body['code']]).toEqual([400, 'API_VERSION_UNKNOWN']);
    expect((await platform.operator.get('/admin/tenants/moved-too')).status).toBe(404);
  });

  it('holds for every request that does not say otherwise', async () => {
    const tenant = await tenantOf('pinned', '2026-01-15');
    const { status, body } = await tenant.owner.post('/orders', { number: 'P', ...spoken('2026-01-15').sent });
    expect([status, body['customerName']]).toEqual([201, 'Ada']);
    const newest = await speaking(NEWEST, tenant).get(`/orders/${String(body['id'])}`);
    expect(newest.body['customer']).toEqual(customer);
  });

  it('moves forward, in every process, and back to where it was', async () => {
    const tenant = await tenantOf('mover', '2026-03-02');
    const other = await platform.another();
    const elsewhere = new TestClient(other.url, tenant.owner.headers);
    try {
      expect((await elsewhere.get('/me')).headers.get('api-version')).toBe('2026-03-02');
      const moved = await tenant.owner.patch(PIN, { apiVersion: '2026-07-20' });
      expect(moved.body).toMatchObject({ apiVersion: '2026-07-20', previous: '2026-03-02' });
      expect((await tenant.owner.get('/me')).headers.get('api-version')).toBe('2026-07-20');
      await eventually(
        'the other process knows',
        async () => (await elsewhere.get('/me')).headers.get('api-version') === '2026-07-20',
      );
      const back = await tenant.owner.patch(PIN, { apiVersion: '2026-03-02' });
      expect([back.status, back.body['apiVersion'], back.body['previous']]).toEqual([200, '2026-03-02', undefined]);
    } finally {
      await other.close();
    }
  });

  it('goes back only to where it was, and only within 72 hours', async () => {
    const tenant = await tenantOf('returner', '2026-03-02');
    await tenant.owner.patch(PIN, { apiVersion: '2026-07-20' });
    const further = await tenant.owner.patch(PIN, { apiVersion: '2026-01-15' });
    expect([further.status, further.body['code']]).toEqual([409, 'API_VERSION_NOT_RETURNABLE']);
    const movedAgo = (interval: string) =>
      sql('UPDATE platform.api_version_pin SET moved_at = now() - $2::interval WHERE tenant_id = $1', [
        tenant.id,
        interval,
      ]);
    await movedAgo('72 hours 1 minute');
    expect((await tenant.owner.get(PIN)).body['previous']).toBeUndefined();
    const late = await tenant.owner.patch(PIN, { apiVersion: '2026-03-02' });
    expect([late.status, late.body['code']]).toEqual([409, 'API_VERSION_NOT_RETURNABLE']);
    await movedAgo('71 hours 59 minutes');
    expect((await tenant.owner.get(PIN)).body['previous']).toBe('2026-03-02');
    expect((await tenant.owner.patch(PIN, { apiVersion: '2026-03-02' })).status).toBe(200);
    const again = await tenant.owner.patch(PIN, { apiVersion: '2026-01-15' });
    expect([again.status, again.body['code']]).toEqual([409, 'API_VERSION_NOT_RETURNABLE']);
  });

  it('moved twice at once is moved once after the other, and so never backwards', async () => {
    const tenant = await tenantOf('racer', '2026-01-15');
    const holder = await Holder.of(platform.database, 'LOCK TABLE platform.tenant IN SHARE ROW EXCLUSIVE MODE');
    const first = tenant.owner.patch(PIN, { apiVersion: '2026-05-11' });
    await holder.reached('the first waits', 1);
    const second = tenant.owner.patch(PIN, { apiVersion: '2026-03-02' });
    await holder.reached('both wait', 2);
    await holder.release();
    expect([(await first).status, (await second).status]).toEqual([200, 409]);
    expect((await tenant.owner.get(PIN)).body).toMatchObject({ apiVersion: '2026-05-11', previous: '2026-01-15' });
  });

  it('is moved by those who may change settings, to a version that there is', async () => {
    await globex.owner.post('/users', { email: 'member@globex.example', roles: ['member'], password: PASSWORD });
    const member = await platform.anyone
      .with({ 'x-tenant': 'globex' })
      .signIn('/auth/login', { email: 'member@globex.example', password: PASSWORD });
    expect((await member.patch(PIN, { apiVersion: NEWEST })).status).toBe(403);
    const unknown = await globex.owner.patch(PIN, { apiVersion: '2020-01-01' });
    expect([unknown.status, unknown.body['code']]).toEqual([400, 'API_VERSION_UNKNOWN']);
    expect((await globex.owner.patch(PIN, { apiVersion: 'newest' })).status).toBe(400);
  });
});

describe('an operator', () => {
  const tenantsOf = async (version: string) => {
    const { body } = await platform.operator.get(`/admin/api-versions/${version}/tenants?limit=100`);
    return (body['_embedded'] as { item: { slug: string; pinned: boolean; requests: number; lastUsedAt?: string }[] })
      .item;
  };

  it('sees which tenant speaks which version and when it last did', async () => {
    const silent = await tenantOf('silent', '2026-05-11');
    const began = Date.now();
    const stranger = platform.anyone.with({ 'x-tenant': 'globex', 'api-version': '2026-05-11' });
    expect((await stranger.get('/me')).status).toBe(401);
    await speaking('2026-05-11', globex).get('/me');
    const use = async () => (await tenantsOf('2026-05-11')).find(({ slug }) => slug === 'globex');
    await eventually('the use is written', async () => (await use()) !== undefined);
    const found = await use();
    const tenants = await tenantsOf('2026-05-11');
    expect(found).toMatchObject({ pinned: false, requests: 1 });
    expect(Math.abs(Date.parse(found?.lastUsedAt ?? '') - began)).toBeLessThan(60_000);
    expect(tenants.find(({ slug }) => slug === silent.slug)).toMatchObject({ pinned: true });
    const { body } = await platform.operator.get('/admin/api-versions');
    const items = (body['_embedded'] as { item: { version: string; pinnedTenants: number; activeTenants: number }[] })
      .item;
    const total = items.find(({ version }) => version === '2026-05-11');
    expect(total?.pinnedTenants).toBeGreaterThan(0);
    expect(total?.activeTenants).toBeGreaterThan(0);
    expect((await acme.owner.get('/admin/api-versions')).status).toBe(401);
  });

  it('reads all tenants of a version page by page', async () => {
    const path = '/admin/api-versions/2026-05-11/tenants';
    const all = (await tenantsOf('2026-05-11')).map(({ slug }) => slug);
    expect(all.length).toBeGreaterThan(1);
    expect((await walk(platform.operator, `${path}?limit=1`)).map(({ slug }) => slug)).toEqual(all);
  });

  it('counts and lists the same tenants: by what their pin means, and none that is deleted', async () => {
    const between = await tenantOf('between', '2026-07-20');
    await sql(`UPDATE platform.tenant SET api_version = '2026-08-01' WHERE id = $1`, [between.id]);
    await platform.platform.app.get(VersionUsage).flush();
    const pinned = async () => {
      const { body } = await platform.operator.get('/admin/api-versions/2026-07-20');
      const listed = (await tenantsOf('2026-07-20')).filter((each) => each.pinned);
      expect(body['pinnedTenants']).toBe(listed.length);
      return listed.map(({ slug }) => slug);
    };
    expect(await pinned()).toContain('between');
    await platform.operator.delete(`/admin/tenants/${between.id}`);
    expect(await pinned()).not.toContain('between');
    expect((await tenantsOf('2026-07-20')).map(({ slug }) => slug)).not.toContain('between');
  });

  it('is told of the last 30 days, and of all requests so far', async () => {
    const version = '2026-10-05';
    const usage = platform.platform.app.get(VersionUsage);
    const use = async () => (await platform.operator.get(`/admin/api-versions/${version}`)).body;
    const requests = async () => (await tenantsOf(version)).map((each) => [each.slug, each.requests]);
    await speaking(version, globex).get('/me');
    await usage.flush();
    for (const [interval, active] of [
      ['30 days 1 minute', 0],
      ['29 days 23 hours', 1],
    ]) {
      await sql('UPDATE platform.api_version_use SET last_used_at = now() - $2::interval WHERE version = $1', [
        version,
        interval,
      ]);
      expect((await use())['activeTenants']).toBe(active);
    }
    const began = Date.parse(String((await use())['lastUsedAt']));
    await speaking(version, globex).get('/me');
    await speaking(version, globex).get('/me');
    usage.count(newId(), version); // of a tenant that was purged before this is written
    await usage.flush();
    expect(await requests()).toEqual([['globex', 3]]);
    expect(Date.parse(String((await use())['lastUsedAt']))).toBeGreaterThan(began);
  });

  it('is written when who asked for that is told so, also when somebody else had asked before', async () => {
    const usage = platform.platform.app.get(VersionUsage);
    const table = 'LOCK TABLE platform.api_version_use IN SHARE ROW EXCLUSIVE MODE';
    const holder = await Holder.of(platform.database, table);
    usage.count(globex.id, '2026-10-05');
    const first = usage.flush();
    await holder.reached('it is being written');
    const second = usage.flush().then(() => 'written');
    expect(await Promise.race([second, sql('SELECT 1', []).then(() => 'not yet')])).toBe('not yet');
    await holder.release();
    await first;
    expect(await second).toBe('written');
  });

  it('announces when a version ends, later if need be but never earlier', async () => {
    const announce = (version: string, sunsetAt: string) =>
      platform.operator.patch(`/admin/api-versions/${version}`, { sunsetAt });
    expect((await announce('2026-03-02', '2099-06-30')).body).toMatchObject({ sunsetAt: '2099-06-30' });
    const early = await announce('2026-03-02', '2099-06-29');
    expect([early.status, early.body['code']]).toEqual([422, 'API_VERSION_SUNSET_TOO_EARLY']);
    expect((await announce('2026-03-02', '2099-12-31')).status).toBe(200);
    const today = new Date().toISOString().slice(0, 10);
    for (const early of ['2020-01-01', today])
      expect((await announce('2026-05-11', early)).body['code']).toBe('API_VERSION_SUNSET_TOO_EARLY');
    expect((await announce('2026-03-15', '2099-12-31')).body['code']).toBe('API_VERSION_UNKNOWN');
    expect(await sql(`SELECT FROM platform.api_version_sunset WHERE version = '2026-03-15'`, [])).toEqual([]);
    expect((await announce(NEWEST, '2099-12-31')).body['code']).toBe('API_VERSION_IS_NEWEST');
    expect((await announce('2026-03-02', '2099-02-30')).status).toBe(400);
    const { headers } = await speaking('2026-03-02').get('/me');
    expect(headers.get('sunset')).toBe('Thu, 31 Dec 2099 00:00:00 GMT');
    expect(headers.get('link')).toContain('rel="sunset"');
  });
});

describe('a version that has ended', () => {
  it('answers 410 with the way forward, by pin and by header, in every process', async () => {
    const tenant = await tenantOf('late', '2026-01-15');
    await sql(`INSERT INTO platform.api_version_sunset VALUES ('2026-01-15', '2026-02-01')`, []);
    await sql(`SELECT pg_notify('tenantry_api_version', '2026-01-15')`, []);
    await eventually('the end is known', async () => (await tenant.owner.get('/me')).status === 410);
    const byHeader = await speaking('2026-01-15').get('/orders');
    expect([byHeader.status, byHeader.body['code']]).toEqual([410, 'API_VERSION_SUNSET']);
    expect(byHeader.body['detail']).toContain(`API-Version: ${NEWEST}`);
    expect(byHeader.headers.get('link')).toContain('/api-versions/2026-01-15');
    expect((await speaking(NEWEST, tenant).get('/me')).status).toBe(200);
    expect((await platform.anyone.get('/api-versions/2026-01-15')).body['status']).toBe('ended');
    expect((await platform.anyone.with({ 'api-version': '2026-01-15' }).get('/health/live')).status).toBe(200);
    const clock = vi.spyOn(platform.platform.app.get(Clock), 'now');
    const statusAt = (time: string) => {
      clock.mockReturnValue(new Date(time));
      return platform.anyone.with({ 'api-version': '2026-01-15' }).get('/');
    };
    expect((await statusAt('2026-01-31T23:59:59.999Z')).status).toBe(200);
    expect((await statusAt('2026-02-01T00:00:00.000Z')).status).toBe(410);
    clock.mockRestore();
    const back = await globex.owner.patch(PIN, { apiVersion: '2026-01-15' });
    expect(back.status).toBe(410);
    expect((await tenant.owner.patch(PIN, { apiVersion: NEWEST })).status).toBe(200);
    expect((await tenant.owner.get('/me')).status).toBe(200);
  });
});
