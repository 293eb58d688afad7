import { Caches } from '@tenantry/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TokenIssuer } from '../../libs/auth/src/tokens/token-issuer.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';

const TOKEN = 'a-token-for-scraping-of-32-characters';
const TENANTS = 2000;
const AT_ONCE = 20;

let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  platform = await startPlatform({
    environment: {
      TENANTRY_METRICS_TOKEN: TOKEN,
      TENANTRY_TENANT_CACHE: '100',
      TENANTRY_TOKEN_CACHE: '100',
      TENANTRY_CALLER_CACHE: '10',
      TENANTRY_LOG_LEVEL: 'warn',
    },
  });
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
});

afterAll(() => platform.close());

const scrape = () => platform.anyone.with({ authorization: `Bearer ${TOKEN}` }).get('/metrics');

describe('the metrics', () => {
  it('are for operators and for the token that is made for them, and for nobody else', async () => {
    expect((await platform.operator.get('/metrics')).status).toBe(200);
    expect((await scrape()).status).toBe(200);
    expect(await platform.anyone.get('/metrics')).toMatchObject({ status: 401, body: { code: 'AUTH_REQUIRED' } });
    expect((await acme.owner.get('/metrics')).status).toBe(401);
    const guess = platform.anyone.with({ authorization: `Bearer ${TOKEN.slice(0, -1)}x` });
    expect((await guess.get('/metrics')).status).toBe(401);
  });

  it('tell of the process, its requests, connections, caches, and schemas that wait', async () => {
    const { text, headers } = await scrape();
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const names = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'process_resident_memory_bytes',
        'nodejs_eventloop_lag_seconds',
        'tenantry_http_request_duration_seconds',
        'tenantry_tenant_connections',
        'tenantry_tenant_connections_recycled',
        'tenantry_postgres_backends',
        'tenantry_cache_entries',
        'tenantry_cache_limit',
        'tenantry_cache_evictions',
        'tenantry_warm_schemas',
        'tenantry_cache_hits',
        'tenantry_cache_misses',
        'tenantry_jobs',
        'tenantry_jobs_late_seconds',
        'tenantry_operations_running',
      ]),
    );
    expect(text).toContain('tenantry_postgres_backends{application="tenantry owner"}');
    expect(text).toMatch(/tenantry_cache_limit\{cache="tenants"\} 100\n/);
  });

  it('count what the background has to do and the operations that are under way', async () => {
    const { admin } = platform.database;
    await admin(
      `INSERT INTO platform.job (id, tenant_id, task, status, run_at)
       SELECT gen_random_uuid(), $1, 'nobody.knows', status, now() - interval '1 hour' FROM unnest(ARRAY['dead', 'dead', 'running']) status`,
      [acme.id],
    );
    await admin(
      `INSERT INTO platform.tenant_operation (id, tenant_id, kind, status) VALUES (gen_random_uuid(), $1, 'of-a-test', 'running')`,
      [acme.id],
    );
    const { text } = await scrape();
    expect(text).toContain('tenantry_jobs{state="dead"} 2\n');
    expect(text).toContain('tenantry_jobs{state="running"} 1\n');
    expect(text).toContain('tenantry_jobs{state="waiting"} 0\n');
    expect(text).toMatch(/^tenantry_jobs_late_seconds \d/m);
    expect(text).toContain('tenantry_operations_running{kind="of-a-test"} 1\n');
    await admin(`DELETE FROM platform.job; DELETE FROM platform.tenant_operation WHERE kind = 'of-a-test'`);
    expect((await scrape()).text).not.toContain('of-a-test');
  });

  it('tell how often a cache knew the answer', async () => {
    const asked = async (of: string) =>
      Number(new RegExp(`^tenantry_cache_${of}\\{cache="tenants"\\} (\\d+)$`, 'm').exec((await scrape()).text)?.[1]);
    const before = await asked('hits');
    for (let n = 0; n < 5; n += 1) await acme.owner.get('/notes');
    expect((await asked('hits')) - before).toBeGreaterThanOrEqual(5);
    expect(await asked('misses')).toBeGreaterThan(0);
  });

  it.runIf(process.platform === 'linux')('show the memory of Postgres processes on the same machine', async () => {
    const { text } = await scrape();
    expect(text).toMatch(
      /^tenantry_postgres_backend_private_bytes\{application="tenantry owner",of="largest"\} [1-9]\d{5,}$/m,
    );
  });

  it('name routes by their patterns and never a tenant, a user or an address', async () => {
    await acme.owner.get('/notes/01a20050-18d0-710f-8317-fc9bb73b6cc8');
    await globex.owner.get('/nowhere/in/particular');
    const { text } = await scrape();
    expect(text).toContain('route="/notes/:id",status="4xx"');
    expect(text).not.toMatch(/acme|globex|particular|01a20050|@|t_[0-9a-f]{32}/);
    for (const { id } of [acme, globex]) expect(text).not.toContain(id);
  });
});

describe('two thousand tenants that call, each with a token', () => {
  it('leave no collection in memory fuller than its bound', async () => {
    // Rows alone, because what is asked here needs no table of theirs.
    const rows = await platform.database.admin<{ id: string; slug: string }>(
      `INSERT INTO platform.tenant (id, slug, name, status, plan, api_version, migration_set, settings)
       SELECT gen_random_uuid(), 'walk-' || n, 'x', 'active', 'team', '2026-11-01',
              (SELECT migration_set FROM platform.tenant WHERE slug = 'acme'), jsonb_build_object('features', '{}'::jsonb)
       FROM generate_series(1, $1) AS n RETURNING id, slug`,
      [TENANTS],
    );
    const app = platform.platform.app;
    const issuer = app.get(TokenIssuer, { strict: false });
    const caches = app.get(Caches, { strict: false });
    const highest = new Map<string, number>();
    const call = async ({ id, slug }: { id: string; slug: string }) => {
      const { accessToken } = await issuer.issue('tenant', id, { tid: id, sid: id, roles: ['owner'] });
      const client = platform.anyone.with({ 'x-tenant': slug, authorization: `Bearer ${accessToken}` });
      expect((await client.get('/')).status).toBe(200);
      for (const cache of caches.all) highest.set(cache.name, Math.max(highest.get(cache.name) ?? 0, cache.size()));
    };
    for (let n = 0; n < rows.length; n += AT_ONCE) await Promise.all(rows.slice(n, n + AT_ONCE).map(call));
    const over = caches.all.filter(({ name, limit = Infinity }) => (highest.get(name) ?? 0) > limit);
    expect(over.map(({ name }) => name)).toEqual([]);
    expect(highest.get('tenants')).toBe(100);
    expect(highest.get('user-tokens')).toBe(100);
    for (const name of ['usage-counts', 'version-uses', 'links-of-callers']) {
      expect(highest.get(name)).toBeGreaterThan(0);
    }
    expect((await scrape()).text).toMatch(/tenantry_cache_evictions\{cache="tenants"\} [1-9]/);
  });
});
