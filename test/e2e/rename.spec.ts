import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { rawRequest } from '../support/raw-request.js';
import { startPlatform, startPlatformOver, type TestPlatform, type TestTenant } from '../support/test-platform.js';

let platform: TestPlatform;
let second: TestPlatform;
let globex: TestTenant;

beforeAll(async () => {
  platform = await startPlatform();
  globex = await platform.createTenant('globex');
  second = await platform.another();
});

afterAll(async () => {
  await second.close();
  await platform.close();
});

let count = 0;
/** A tenant that was renamed from `old` to `now`. */
async function renamed(): Promise<{ tenant: TestTenant; old: string; now: string }> {
  const [old, now] = [`old-${(count += 1)}`, `now-${count}`];
  const tenant = await platform.createTenant(old);
  const answer = await platform.operator.patch(`/admin/tenants/${tenant.id}`, { slug: now });
  if (answer.status !== 200) throw new Error(answer.text);
  return { tenant, old, now };
}

const at = (where: TestPlatform, host: string, path = '/me', token?: string) =>
  rawRequest(where.url, {
    path,
    headers: [['Host', host], ...(token === undefined ? [] : [['Authorization', token] as const])],
  });

describe('the old host of a renamed tenant', () => {
  it('leads to the new one with path, query and port, in every process', async () => {
    const { old, now } = await renamed();
    for (const where of [platform, second]) {
      await eventually('this process has heard', async () => (await at(where, `${old}.localhost`)).status === 308);
      const answer = await at(where, `${old}.localhost:3000`, '/notes?limit=2&cursor=a%2Fb');
      expect(answer.status).toBe(308);
      expect(answer.headers.get('location')).toBe(`http://${now}.localhost:3000/notes?limit=2&cursor=a%2Fb`);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
  });

  it('leads there with a credential of the tenant, which goes on at the new host', async () => {
    const { tenant, old, now } = await renamed();
    const token = tenant.owner.headers['authorization'];
    expect((await at(platform, `${old}.localhost`, '/me', token)).status).toBe(308);
    expect((await at(platform, `${now}.localhost`, '/me', token)).status).toBe(200);
  });

  it('never leads out of the platform, whatever path is asked for', async () => {
    const { old, now } = await renamed();
    for (const path of ['/notes?//evil.example', '/notes/%2f%2fevil.example', '/me?@evil.example'])
      expect(new URL((await at(platform, `${old}.localhost`, path)).headers.get('location') ?? 'none:').host).toBe(
        `${now}.localhost`,
      );
  });

  it('is unknown once the tenant is deleted, and again when it is back', async () => {
    const { tenant, old } = await renamed();
    await platform.operator.delete(`/admin/tenants/${tenant.id}`);
    expect((await at(platform, `${old}.localhost`)).status).toBe(404);
    await platform.operator.post(`/admin/tenants/${tenant.id}/resume`);
    expect((await at(platform, `${old}.localhost`)).status).toBe(308);
  });

  it('is unknown where renamed slugs are refused', async () => {
    const { old } = await renamed();
    const settings = platform.database.settings.with({ TENANTRY_RENAMED_SLUGS: 'refuse' });
    const refusing = await startPlatformOver({ ...platform.database, settings }, {});
    expect(await at(refusing, `${old}.localhost`)).toMatchObject({ status: 404, body: { code: 'TENANT_UNKNOWN' } });
    await refusing.close();
  });
});

describe('the old slug', () => {
  it('in X-Tenant names nobody, while credentials of the tenant go on', async () => {
    const { tenant, old, now } = await renamed();
    expect(await platform.anyone.with({ 'x-tenant': old }).get('/notes')).toMatchObject({ status: 404 });
    expect((await tenant.owner.with({ 'x-tenant': now }).get('/me')).status).toBe(200);
    const { authorization = '' } = tenant.owner.headers;
    expect((await platform.anyone.with({ authorization }).get('/me')).status).toBe(200);
  });

  it('cannot be taken by another tenant, neither a new one nor by renaming', async () => {
    const { old } = await renamed();
    const taken = { status: 409, body: { code: 'TENANT_SLUG_TAKEN' } };
    const owner = { email: 'a@b.example' };
    expect(await platform.operator.post('/admin/tenants', { slug: old, name: 'X', owner })).toMatchObject(taken);
    expect(await platform.operator.patch(`/admin/tenants/${globex.id}`, { slug: old })).toMatchObject(taken);
    expect((await globex.owner.get('/me')).status).toBe(200);
  });

  it('cannot be taken even by one who asked while the renaming was not yet committed', async () => {
    const tenant = await platform.createTenant('contended');
    const owner = { email: 'a@b.example' };
    const asked = Array.from({ length: 4 }, () => [
      platform.operator.patch(`/admin/tenants/${tenant.id}`, { slug: 'contended-now' }),
      platform.operator.post('/admin/tenants', { slug: 'contended', name: 'X', owner }),
    ]).flat();
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toEqual([]);
    expect(await platform.database.admin('SELECT FROM platform.tenant WHERE slug = $1', ['contended'])).toEqual([]);
  });

  it('is the tenant’s own again when it is named back, and free for all when its time is over', async () => {
    const { tenant, old, now } = await renamed();
    expect((await platform.operator.patch(`/admin/tenants/${tenant.id}`, { slug: old })).status).toBe(200);
    expect((await tenant.owner.with({ 'x-tenant': old }).get('/me')).status).toBe(200);
    expect((await at(platform, `${now}.localhost`)).headers.get('location')).toBe(`http://${old}.localhost/me`);
    await platform.database.admin('UPDATE platform.tenant_former_slug SET reserved_until = now() WHERE slug = $1', [
      now,
    ]);
    expect((await platform.createTenant(now)).id).not.toBe(tenant.id);
  });

  it('is free when the tenant is purged', async () => {
    const { tenant, old, now } = await renamed();
    await platform.operator.delete(`/admin/tenants/${tenant.id}?purge=true&confirm=${now}`);
    expect((await platform.createTenant(old)).slug).toBe(old);
  });
});
