import { Administration, newInstallation } from '../harness/installation.mjs';
import { makeFleet } from '../harness/raw-tenants.mjs';
import { quantile } from '../harness/statistics.mjs';

const CACHE = 50;
const POOL = 10;
const WARM_ROUNDS = 5;
const MEGABYTE = 1_048_576;

/** What each further tenant costs a server's memory once its caches are full, and what connections hold. */
export async function compare(bench) {
  const { tenants, tables } = bench.amounts.memory;
  const environment = {
    ...(await newInstallation(bench.postgres)),
    TENANTRY_TENANT_CACHE: String(CACHE),
    TENANTRY_TOKEN_CACHE: String(CACHE),
    TENANTRY_DATABASE_POOL: String(POOL),
    TENANTRY_USAGE_FLUSH: '1',
  };
  const server = await bench.start('memory', 'wide-platform.mjs', { environment, tables });
  const administration = await Administration.signIn(server.url);
  await administration.filledPool(); // its schemas' migrations are recorded by then
  const { DATABASE_URL: url, TENANTRY_INSTALLATION: name } = environment;
  await makeFleet(bench.postgres, url, `${name}_app`, tenants);
  const slugs = await bench.postgres.using(url, async (client) => {
    const { rows } = await client.query(
      `SELECT slug FROM platform.tenant WHERE slug LIKE 'raw-%' ORDER BY created_at, id`,
    );
    return rows.map(({ slug }) => slug);
  });
  const first = slugs.slice(0, 2 * CACHE);
  const rest = slugs.slice(2 * CACHE);
  await walk(server.url, first); // every route compiled, every cache full
  const before = await server.memory();
  const cold = await walk(server.url, rest);
  const after = await server.memory();
  const warm = [];
  const last = slugs.slice(-CACHE / 2);
  for (let round = 0; round <= WARM_ROUNDS; round += 1) {
    const times = await walk(server.url, last);
    if (round > 0) warm.push(...times);
  }
  const backends = await ownBackends(bench.postgres, name, url);
  await server.stop();
  return report({ tenants, tables, before, after, rest: rest.length, cold, warm, backends });
}

/** An invitation that there is not: it is looked for in the tenant's schema, and needs no token. */
async function walk(url, slugs) {
  const times = [];
  for (const slug of slugs) {
    const began = performance.now();
    const response = await fetch(new URL('/invitations/accept', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-tenant': slug },
      body: JSON.stringify({ token: 'none-of-this-tenant', password: 'correct-horse-battery' }),
    });
    const text = await response.text();
    if (response.status !== 404) throw new Error(`${slug}: ${response.status} ${text}`);
    times.push(performance.now() - began);
  }
  return times;
}

async function ownBackends(postgres, installation, url) {
  const known = await postgres.using(url, async (client) => {
    const query = 'SELECT DISTINCT application_name AS name FROM pg_stat_activity WHERE usename LIKE $1';
    return (await client.query(query, [`${installation}\\_%`])).rows.map(({ name }) => name);
  });
  const all = await Promise.all(known.map((name) => postgres.backends(name)));
  return all.flat();
}

function report({ tenants, tables, before, after, rest, cold, warm, backends }) {
  const perTenant = rest > 0 ? (after.heapUsed - before.heapUsed) / rest / 1024 : 0;
  const largest = Math.max(...backends.map(({ memory }) => memory ?? 0)) / MEGABYTE;
  const p99 = [cold, warm].map((times) => quantile(times, 0.99));
  return {
    title: 'Memory',
    text:
      `${tenants} tenants with ${tables} tables each (and the core's), one request each, in series, with caches of ${CACHE} ` +
      `and a pool of ${POOL}. The heap is read after a garbage collection, when ${2 * CACHE} tenants have called and when all have.`,
    tables: [
      {
        columns: ['what', 'measured', 'target'],
        rows: [
          ['heap for each further tenant, KiB', perTenant.toFixed(2), 'under 5'],
          ['heap before, MB', (before.heapUsed / MEGABYTE).toFixed(1), ''],
          ['heap after, MB', (after.heapUsed / MEGABYTE).toFixed(1), ''],
          ['RSS after, MB', (after.rss / MEGABYTE).toFixed(1), ''],
          ['Postgres connections', backends.length, 'at most 20'],
          ['largest, private MB', largest.toFixed(1), 'under 64'],
          ['first request of a cold tenant, p99 ms', p99[0].toFixed(1), ''],
          ['request of a warm tenant, p99 ms', p99[1].toFixed(1), ''],
          ['cold over warm, p99 ms', (p99[0] - p99[1]).toFixed(1), 'at most 10'],
        ],
      },
    ],
  };
}
