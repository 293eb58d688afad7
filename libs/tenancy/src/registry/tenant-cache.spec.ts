import { describe, expect, it } from 'vitest';
import type { Tenant } from '../context/tenant.js';
import { TenantCache } from './tenant-cache.js';

const tenant = { id: 'one', slug: 'acme' } as Tenant;
const change = { id: 'one', slugs: ['acme'] };

const listening = () => {
  const cache = new TenantCache(10);
  cache.hear(true);
  return cache;
};

describe('the tenant cache', () => {
  it('loads once and then answers by itself, absence included', async () => {
    const cache = listening();
    let loads = 0;
    const load = () => Promise.resolve((loads += 1) > 0 ? null : tenant);
    expect(await cache.get('slug:acme', load)).toBeNull();
    expect(await cache.get('slug:acme', load)).toBeNull();
    expect(loads).toBe(1);
  });

  it('asks again after a change', async () => {
    const cache = listening();
    await cache.get('slug:acme', () => Promise.resolve(tenant));
    cache.forget(change);
    expect(await cache.get('slug:acme', () => Promise.resolve(null))).toBeNull();
  });

  it('does not keep what was loaded while a change arrived', async () => {
    const cache = listening();
    const stale = cache.get('slug:acme', async () => {
      await Promise.resolve();
      cache.forget(change);
      return tenant;
    });
    expect(await stale).toBe(tenant);
    expect(await cache.get('slug:acme', () => Promise.resolve(null))).toBeNull();
  });

  it('does not join a load that began before the change', async () => {
    const cache = listening();
    let finish: (value: Tenant) => void = () => undefined;
    const stale = cache.get('id:one', () => new Promise<Tenant>((resolve) => (finish = resolve)));
    cache.forget(change);
    expect(await cache.get('id:one', () => Promise.resolve(null))).toBeNull();
    finish(tenant);
    await stale;
  });

  it('keeps nothing while changes are not heard', async () => {
    const cache = listening();
    await cache.get('id:one', () => Promise.resolve(tenant));
    cache.hear(false);
    expect(await cache.get('id:one', () => Promise.resolve(null))).toBeNull();
    expect(await cache.get('id:one', () => Promise.resolve(tenant))).toBe(tenant);
  });

  it('forgets a domain of a changed tenant', async () => {
    const cache = listening();
    await cache.get('domain:api.acme.example', () => Promise.resolve(tenant));
    cache.forget(change);
    expect(await cache.get('domain:api.acme.example', () => Promise.resolve(null))).toBeNull();
  });

  describe('asked for many tenants that there are not', () => {
    const never = () => Promise.reject(new Error('It is asked again.'));
    const askForAbsent = async (cache: TenantCache, count: number) => {
      for (let index = 0; index < count; index += 1)
        await cache.get(`slug:absent-${index}`, () => Promise.resolve(null));
    };

    it('keeps every tenant that there is, were it full of them', async () => {
      const cache = listening();
      const keys = Array.from({ length: 10 }, (_, index) => `slug:tenant-${index}` as const);
      for (const key of keys) await cache.get(key, () => Promise.resolve(tenant));
      await askForAbsent(cache, 5000);
      for (const key of keys) expect(await cache.get(key, never)).toBe(tenant);
    });

    it('keeps the latest thousand of these answers and no more', async () => {
      const cache = listening();
      await askForAbsent(cache, 1001);
      expect(await cache.get('slug:absent-1000', never)).toBeNull();
      expect(await cache.get('slug:absent-1', never)).toBeNull();
      await expect(cache.get('slug:absent-0', never)).rejects.toThrow('It is asked again.');
    });

    it('forgets all of them at any change, for one of them may have been made', async () => {
      const cache = listening();
      await askForAbsent(cache, 2);
      cache.forget({ id: 'another', slugs: ['another'] });
      expect(await cache.get('slug:absent-0', () => Promise.resolve(tenant))).toBe(tenant);
    });
  });
});
