import { concurrently } from '../harness/concurrently.mjs';
import { Administration, newInstallation } from '../harness/installation.mjs';
import { makeFleet, rawTenantSql, tablesSql } from '../harness/raw-tenants.mjs';
import { median, quantile } from '../harness/statistics.mjs';

const TABLES = 30;
const POOL = 20;
const BURST = 5;
const CONCURRENCY = 4;

/** Tenants made of schemas that wait, and how many a second beside SQL written by hand. */
export async function compare(bench) {
  const latency = [];
  for (const size of bench.amounts.creations.sizes) latency.push([size, await latencies(bench, size)]);
  const { own, raw } = await sustained(bench);
  const ratios = own.map((rate, round) => rate / raw[round]);
  return {
    title: 'Creation',
    text:
      '`POST /admin/tenants` from the pool of schemas that wait, owner by invitation, in bursts of ' +
      `${BURST} in series; the pool (${POOL}) is filled before each burst. Targets: median 15 ms, p95 40 ms.`,
    tables: [
      {
        columns: ['tenants present', 'made', 'median ms', 'p95 ms'],
        rows: latency.map(([size, times]) => [
          size,
          times.length,
          median(times).toFixed(1),
          quantile(times, 0.95).toFixed(1),
        ]),
      },
      {
        columns: [`${TABLES} tables, tenants a second`, 'median', 'min..max of the ratio'],
        rows: [
          ['by hand: one transaction each, one connection', median(raw).toFixed(1), ''],
          [
            `POST /admin/tenants, ${CONCURRENCY} at a time`,
            median(own).toFixed(1),
            `${Math.min(...ratios).toFixed(2)}..${Math.max(...ratios).toFixed(2)}`,
          ],
        ],
      },
    ],
    verdicts: [{ what: 'Sustained creation beside SQL by hand', value: median(own) / median(raw), target: 0.7 }],
    notes: ['A round of the platform ends when the pool is as full as it was at its beginning.'],
  };
}

const pooled = (environment) => ({
  ...environment,
  TENANTRY_WARM_POOL_MIN: String(POOL),
  TENANTRY_WARM_POOL_MAX: String(POOL),
});

async function latencies(bench, size) {
  const environment = pooled(await newInstallation(bench.postgres));
  const platform = await bench.start(`creation ${size}`, 'platform.mjs', { environment });
  const administration = await Administration.signIn(platform.url);
  const app = `${environment.TENANTRY_INSTALLATION}_app`;
  await administration.filledPool();
  if (size > 0) await makeFleet(bench.postgres, environment.DATABASE_URL, app, size);
  const times = [];
  for (let burst = -1; burst < bench.amounts.creations.bursts; burst += 1) {
    await administration.filledPool();
    for (let n = 0; n < BURST; n += 1) {
      const time = await administration.createTenant(`burst-${burst + 1}-${n}`);
      if (burst >= 0) times.push(time); // the first one warms up
    }
  }
  await platform.stop();
  return times;
}

async function sustained(bench) {
  const { rounds, each } = bench.amounts.creations;
  const environment = pooled(await newInstallation(bench.postgres));
  const options = { environment, tables: TABLES };
  const platform = await bench.start('sustained', 'wide-platform.mjs', options);
  const administration = await Administration.signIn(platform.url);
  const app = `${environment.TENANTRY_INSTALLATION}_app`;
  const tables = await bench.postgres.using(environment.DATABASE_URL, tablesSql);
  const own = [];
  const raw = [];
  await administration.filledPool();
  for (let round = -1; round < rounds; round += 1) {
    const slugs = Array.from({ length: each }, (_, n) => `round-${round + 1}-${n}`);
    const ownRate = await rateOf(each, async () => {
      await concurrently(slugs, CONCURRENCY, (slug) => administration.createTenant(slug));
      await administration.filledPool();
    });
    const rawRate = await bench.postgres.using(environment.DATABASE_URL, (client) =>
      rateOf(each, async () => {
        for (let n = 0; n < each; n += 1) await client.query(rawTenantSql(app, tables));
      }),
    );
    if (round < 0) continue;
    own.push(ownRate);
    raw.push(rawRate);
  }
  await platform.stop();
  return { own, raw };
}

async function rateOf(count, work) {
  const began = performance.now();
  await work();
  return count / ((performance.now() - began) / 1000);
}
