import { fleet } from '../harness/fleet.mjs';
import { median, quantile } from '../harness/statistics.mjs';

/** How long an operator waits for a new tenant. */
export async function compare(bench) {
  const { size, empty, password, full, perSecond, concurrency } = await fleet(bench);
  const row = (what, times) => [what, times.length, median(times).toFixed(0), quantile(times, 0.95).toFixed(0)];
  return {
    title: 'Onboarding',
    text:
      '`POST /admin/tenants` in series on the whole platform: role, schema, migrations, plan and owner, until the tenant ' +
      'can be used.',
    tables: [
      {
        columns: ['tenants present', 'made', 'median ms', 'p95 ms'],
        rows: [
          row('none, owner invited', empty),
          row('none, owner with password (argon2id)', password),
          row(`${size}, owner invited`, full),
        ],
      },
    ],
    notes: [
      `From few to ${size} tenants with ${concurrency} requests at a time: ${perSecond.toFixed(1)} tenants a second.`,
    ],
  };
}
