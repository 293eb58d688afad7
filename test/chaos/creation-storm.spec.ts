import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VersionUsage } from '@tenantry/api';
import { UsageMeter } from '@tenantry/billing';
import { Caches } from '@tenantry/kernel';
import { WarmPool } from '@tenantry/tenancy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportOf } from '../support/archives.js';
import { ROUNDS } from '../support/chaos.js';
import { eventually, LONG } from '../support/eventually.js';
import { PASSWORD, startPlatform, type TestPlatform } from '../support/test-platform.js';

const CYCLES = 20 * ROUNDS;
/**
 * What is on record of a tenant that is gone: sign-ins for a quarter of an hour, batches of counts for a day, the rest for
 * good. Roles that wait are made many at once; `counts` looks at them.
 */
const RECORDS = ['login_attempt', 'tenant_operation', 'usage_flush', 'usage_hour', 'warm_schema'];

let folder: string;
let platform: TestPlatform;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenantry-storm-'));
  platform = await startPlatform({
    environment: {
      TENANTRY_WARM_POOL_MIN: '3',
      TENANTRY_WARM_POOL_MAX: '3',
      TENANTRY_LOG_LEVEL: 'warn',
      TENANTRY_EXPORT_DIR: folder,
    },
  });
  await platform.createTenant('bystander');
});

afterAll(async () => {
  await platform.close();
  await rm(folder, { recursive: true });
});

const create = (slug: string) =>
  platform.operator.post('/admin/tenants', { slug, name: slug, owner: { email: `owner@${slug}.example` } });
const purge = (slug: string) => platform.operator.delete(`/admin/tenants/${slug}?purge=true&confirm=${slug}`);
const fill = () => platform.platform.app.get(WarmPool, { strict: false }).fill();

async function counts() {
  const [row] = await platform.database.admin<Record<string, number | boolean>>(`
    SELECT (SELECT count(*)::int FROM pg_namespace WHERE nspname ~ '^t_') AS schemas,
           (SELECT count(*)::int FROM pg_roles r WHERE r.rolname ~ '^t_' AND EXISTS (SELECT FROM pg_auth_members m
              JOIN pg_roles a ON a.oid = m.member WHERE m.roleid = r.oid
              AND a.rolname = (SELECT current_database() || '_app'))
              AND NOT EXISTS (SELECT FROM platform.warm_schema WHERE status = 'role' AND 't_' || replace(id::text, '-', '') = r.rolname)
           ) AS roles,
           (SELECT count(*)::int FROM platform.warm_schema WHERE status <> 'role') AS waiting,
           (SELECT count(*) <= 50 FROM platform.warm_schema WHERE status = 'role') AS "rolesAreBounded",
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

/** Rows of every table of the control schema. */
async function rows(): Promise<Record<string, number>> {
  const tables = await platform.database.admin<{ name: string }>(
    `SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = 'platform'`,
  );
  const counted: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await platform.database.admin<{ count: number }>(
      `SELECT count(*)::int AS count FROM platform.${name}`,
    );
    counted[name] = row?.count ?? 0;
  }
  return counted;
}

/** What of it is more than before. */
const grown = (before: Record<string, number>, after: Record<string, number>) =>
  Object.keys(after)
    .filter((name) => (after[name] ?? 0) > (before[name] ?? 0))
    .sort();

/** Entries of everything that is kept in memory. */
function entries(): Record<string, number> {
  const { all } = platform.platform.app.get(Caches, { strict: false });
  return Object.fromEntries(all.map((cache) => [cache.name, cache.size()]));
}

/** Somebody signs in, writes and reads; the tenant is exported. */
async function use(slug: string): Promise<void> {
  const anyone = platform.anyone.with({ 'x-tenant': slug });
  const owner = await anyone.signIn('/auth/login', { email: `owner@${slug}.example`, password: PASSWORD });
  expect((await owner.with({ 'idempotency-key': slug }).post('/notes', { title: slug, body: '' })).status).toBe(201);
  expect((await owner.get('/notes')).status).toBe(200);
  await exportOf(platform, { id: slug });
}

async function isQuiet(): Promise<boolean> {
  const busy = `SELECT FROM platform.job WHERE status <> 'dead' UNION ALL SELECT FROM platform.tenant_operation WHERE status = 'running'`;
  return (await platform.database.admin(busy)).length === 0;
}

describe('twenty tenants made, used and purged one after the other', () => {
  it('leave connections, schemas, roles, rows, archives and memory where they were', async () => {
    const round = async (name: string) => {
      for (let n = 0; n < CYCLES / 2; n += 1) {
        const slug = `${name}-${n}`;
        const owner = { email: `owner@${slug}.example`, password: PASSWORD };
        expect((await platform.operator.post('/admin/tenants', { slug, name: slug, owner })).status).toBe(201);
        await use(slug);
        expect((await purge(slug)).status).toBe(204);
      }
      await fill();
      for (const counted of [UsageMeter, VersionUsage])
        await platform.platform.app.get<UsageMeter | VersionUsage>(counted, { strict: false }).flush();
      await eventually('nothing is under way', isQuiet, LONG);
      const [made, kept, held, open] = [await counts(), await rows(), entries(), await connections()];
      return { made, kept, held, open };
    };
    await fill();
    const before = { made: await counts(), files: await readdir(folder) };
    const early = await round('early');
    const late = await round('late');
    expect(late.made).toEqual(before.made);
    expect(await readdir(folder)).toEqual(before.files);
    // As many as the pools may hold, not one for each tenant.
    expect(late.open).toBeLessThanOrEqual(Math.max(early.open, 30));
    expect(RECORDS).toEqual(expect.arrayContaining(grown(early.kept, late.kept)));
    // Access tokens are known until they expire.
    expect(grown(early.held, late.held)).toEqual(['user-tokens']);
  });
});
