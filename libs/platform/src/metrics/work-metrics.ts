import type { OwnerDatabase } from '@tenantry/tenancy';
import { Gauge, type Registry } from 'prom-client';

/** Rows that are looked at: more are told as these. */
const MOST = 1_000_000;

interface JobsOfState {
  readonly state: string;
  readonly jobs: number;
  readonly late: number | null;
}

const JOBS = `
  SELECT CASE status WHEN 'handed' THEN 'waiting' ELSE status END AS state, count(*)::integer AS jobs,
    extract(epoch FROM now() - min(run_at) FILTER (WHERE run_at <= now() AND status IN ('waiting', 'handed')))::float AS late
  FROM (SELECT status, run_at FROM platform.job LIMIT ${MOST}) j GROUP BY 1`;

const OPERATIONS = `
  SELECT kind, count(*)::integer AS running FROM platform.tenant_operation WHERE status = 'running' GROUP BY kind`;

/** What waits, runs and is dead in the background, of all tenants together, and which long operations are under way. */
export function addWorkMetrics(registry: Registry, owner: OwnerDatabase): void {
  let asking: Promise<void> | undefined;
  // Both are of one answer, whichever is read first.
  const collect = () => (asking ??= ask().finally(() => (asking = undefined)));
  const jobs = new Gauge({
    name: 'tenantry_jobs',
    help: 'Tasks to do and events to tell; at most a million are counted.',
    labelNames: ['state'],
    registers: [registry],
    collect,
  });
  const late = new Gauge({
    name: 'tenantry_jobs_late_seconds',
    help: 'How long the job that is due longest has been waiting.',
    registers: [registry],
    collect,
  });
  const operations = new Gauge({
    name: 'tenantry_operations_running',
    help: 'Long operations under way, or left by a process that died.',
    labelNames: ['kind'],
    registers: [registry],
    collect,
  });
  const ask = async () => {
    const { states, kinds } = await owner.withClient(async (client) => ({
      states: (await client.query<JobsOfState>(JOBS)).rows,
      kinds: (await client.query<{ kind: string; running: number }>(OPERATIONS)).rows,
    }));
    for (const state of ['waiting', 'running', 'dead'])
      jobs.set({ state }, states.find((each) => each.state === state)?.jobs ?? 0);
    late.set(Math.max(0, ...states.map((each) => each.late ?? 0)));
    operations.reset();
    for (const { kind, running } of kinds) operations.set({ kind }, running);
  };
}
