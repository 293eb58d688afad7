import { TenantContext, TenantLock, type Tenant } from '@tenantry/tenancy';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { markContent } from '../support/mark.entity.js';
import { createInstallation, type TestInstallation } from '../support/test-installation.js';

const context = new TenantContext();
const lock = new TenantLock();
let installation: TestInstallation;
let dataSource: DataSource;
let a: Tenant;
let b: Tenant;

beforeAll(async () => {
  installation = await createInstallation(markContent);
  [a, b] = [await installation.createTenant('aaa'), await installation.createTenant('bbb')];
  dataSource = await installation.open({ max: 4 });
});

afterAll(() => installation.close());

/** Takes the lock and says so, then waits to be let go. */
function hold(tenant: Tenant, key: string) {
  let letGo: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (letGo = resolve));
  let tell: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (tell = resolve));
  const done = context.run(tenant, () =>
    dataSource.transaction(async (manager) => {
      await lock.acquire(manager, key);
      tell();
      await released;
    }),
  );
  return { held, letGo, done };
}

describe('a lock of a tenant', () => {
  it('keeps a second transaction of the tenant waiting until the first ends', async () => {
    const order: string[] = [];
    const first = hold(a, 'key');
    await first.held;
    const second = hold(a, 'key');
    void second.held.then(() => order.push('second'));
    const apart = hold(a, 'other key');
    await apart.held.then(() => order.push('other key'));
    apart.letGo();
    order.push('letting go');
    first.letGo();
    await second.held;
    second.letGo();
    expect(order).toEqual(['other key', 'letting go', 'second']);
    await Promise.all([first.done, second.done, apart.done]);
  });

  it('is not the same lock for another tenant', async () => {
    const first = hold(a, 'shared');
    await first.held;
    const other = hold(b, 'shared');
    await other.held;
    first.letGo();
    other.letGo();
    await Promise.all([first.done, other.done]);
  });

  it('is one of a few, so that no statement fills the server’s lock table', async () => {
    await context.run(a, () =>
      dataSource.transaction(async (manager) => {
        await manager.query('SELECT count(extensions.tenant_lock(g::text)) FROM generate_series(1, 1000) g');
        const held = await installation.database.admin<{ locks: string }>(
          `SELECT count(*) AS locks FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
        );
        expect(Number(held[0]?.locks)).toBeLessThanOrEqual(64);
      }),
    );
  });

  it('needs a transaction', async () => {
    await expect(context.run(a, () => lock.acquire(dataSource.manager, 'key'))).rejects.toThrow(/open transaction/);
  });
});
