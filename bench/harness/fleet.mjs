import { concurrently } from './concurrently.mjs';
import { Administration, newInstallation } from './installation.mjs';

const CONCURRENCY = 4;

/**
 * A platform with many tenants, made by its own API once in a run.
 *
 * @returns its environment; how long single onboardings took while it was empty and when it was full, in milliseconds;
 *   and tenants a second while it was filled
 */
export function fleet(bench) {
  return bench.once('fleet', () => make(bench));
}

async function make(bench) {
  const { onboardings, onboardingsWithPassword } = bench.amounts;
  const size = Math.max(...bench.amounts.fleet);
  const environment = await newInstallation(bench.postgres);
  const platform = await bench.start('fleet', 'platform.mjs', { environment });
  const administration = await Administration.signIn(platform.url);
  const inSeries = (prefix, count, owner) =>
    concurrently(range(prefix, count), 1, (slug) => administration.createTenant(slug, owner));
  await inSeries('warm', 5);
  const empty = await inSeries('early', onboardings);
  const password = await inSeries('password', onboardingsWithPassword, { password: 'correct-horse-battery' });
  const began = performance.now();
  const rest = size - 5 - onboardings - onboardingsWithPassword;
  await concurrently(range('tenant', rest), CONCURRENCY, (slug) => administration.createTenant(slug));
  const perSecond = rest / ((performance.now() - began) / 1000);
  const full = await inSeries('late', onboardings);
  await platform.stop();
  return { environment, size, empty, password, full, perSecond, concurrency: CONCURRENCY };
}

function range(prefix, count) {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}
