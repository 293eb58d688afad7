import { WarmPool } from '@tenantry/tenancy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type TestPlatform } from '../support/test-platform.js';

const CYCLES = 20;

let platform: TestPlatform;

beforeAll(async () => {
  platform = await startPlatform({
    environment: { TENANTRY_WARM_POOL_MIN: '3', TENANTRY_WARM_POOL_MAX: '3', TENANTRY_LOG_LEVEL: 'warn' },
  });
  await platform.createTenant('bystander');
});

afterAll(() => platform.close());

const create = (slug: string) =>
  platform.operator.post('/admin/tenants', { slug, name: slug, owner: { email: `owner@${slug}.example` } });
const purge = (slug: string) => platform.operator.delete(`/admin/tenants/${slug}?purge=true&confirm=${slug}`);
const fill = () => platform.platform.app.get(WarmPool, { strict: false }).fill();

async function counts() {
  const [row] = await platform.database.admin<Record<string, number>>(`
    SELECT (SELECT count(*)::int FROM pg_namespace WHERE nspname ~ '^t_') AS schemas,
           (SELECT count(*)::int FROM pg_roles r WHERE r.rolname ~ '^t_' AND EXISTS (SELECT FROM pg_auth_members m
              JOIN pg_roles a ON a.oid = m.member WHERE m.roleid = r.oid
              AND a.rolname = (SELECT current_database() || '_app'))) AS roles,
           (SELECT count(*)::int FROM platform.tenant) AS tenants,
           (SELECT count(*)::int FROM platform.tenant_operation WHERE status = 'running') AS running`);
  return row;
}
const connections = async () =>
  (await platform.database.admin(`SELECT FROM pg_stat_activity WHERE datname = current_database()`)).length;

describe('twenty requests for the same tenant at once', () => {
  it('make one tenant and no schema besides those that wait', async () => {
    await fill();
    const before = await counts();
    const answers = await Promise.all(Array.from({ length: 20 }, () => create('storm')));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(19).fill(409)]);
    expect((await purge('storm')).status).toBe(204);
    await fill();
    expect(await counts()).toEqual(before);
  });
});

describe('twenty tenants made and purged one after the other', () => {
  it('leave connections, schemas and roles where they were', { timeout: 120_000 }, async () => {
    const round = async (name: string) => {
      for (let n = 0; n < CYCLES / 2; n += 1) {
        expect((await create(`${name}-${n}`)).status).toBe(201);
        expect((await purge(`${name}-${n}`)).status).toBe(204);
      }
      await fill();
    };
    await fill();
    const before = await counts();
    await round('early');
    const open = await connections();
    await round('late');
    expect(await counts()).toEqual(before);
    // As many as the pools may hold, not one for each tenant.
    expect(await connections()).toBeLessThanOrEqual(Math.max(open, 30));
  });
});
