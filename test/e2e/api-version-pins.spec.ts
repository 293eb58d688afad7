import { NotesModule } from '@tenantry/example-notes';
import { OrdersModule } from '@tenantry/example-orders';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
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
    await sql(`UPDATE platform.api_version_pin SET moved_at = now() - interval '73 hours' WHERE tenant_id = $1`, [
      tenant.id,
    ]);
    expect((await tenant.owner.get(PIN)).body['previous']).toBeUndefined();
    const late = await tenant.owner.patch(PIN, { apiVersion: '2026-03-02' });
    expect([late.status, late.body['code']]).toEqual([409, 'API_VERSION_NOT_RETURNABLE']);
  });

  it('moved twice at once ends at one of the two, with a way back', async () => {
    const tenant = await tenantOf('racer', '2026-01-15');
    const asked = ['2026-03-02', '2026-05-11'];
    await Promise.all(asked.map((apiVersion) => tenant.owner.patch(PIN, { apiVersion })));
    const { body } = await tenant.owner.get(PIN);
    expect(asked).toContain(body['apiVersion']);
    expect(['2026-01-15', '2026-03-02']).toContain(body['previous']);
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

  it('announces when a version ends, later if need be but never earlier', async () => {
    const announce = (version: string, sunsetAt: string) =>
      platform.operator.patch(`/admin/api-versions/${version}`, { sunsetAt });
    expect((await announce('2026-03-02', '2099-06-30')).body).toMatchObject({ sunsetAt: '2099-06-30' });
    const early = await announce('2026-03-02', '2099-06-29');
    expect([early.status, early.body['code']]).toEqual([422, 'API_VERSION_SUNSET_TOO_EARLY']);
    expect((await announce('2026-03-02', '2099-12-31')).status).toBe(200);
    expect((await announce('2026-05-11', '2020-01-01')).body['code']).toBe('API_VERSION_SUNSET_TOO_EARLY');
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
    const back = await globex.owner.patch(PIN, { apiVersion: '2026-01-15' });
    expect(back.status).toBe(410);
    expect((await tenant.owner.patch(PIN, { apiVersion: NEWEST })).status).toBe(200);
    expect((await tenant.owner.get('/me')).status).toBe(200);
  });
});
