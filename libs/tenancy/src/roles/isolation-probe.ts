import { Logger } from '@nestjs/common';
import pg from 'pg';
import { loginRoleName } from './login-roles.js';
import { probePooler } from './pooler-probe.js';
import { PROBES } from './probe-sql.js';

export interface IsolationProbeOptions {
  /** Connection string of the application's login role, direct. */
  readonly appUrl: string;
  /** The same through the pooler, where there is one. */
  readonly poolerUrl?: string;
  /** Whether statements are prepared by name through the pooler. */
  readonly isPoolerPrepared?: boolean;
  readonly installation: string;
  /** Whether a finding keeps the platform from starting. */
  readonly enforce: boolean;
}

export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly remedy?: string;
  /** It costs or surprises, but keeps tenants apart all the same. */
  readonly isWarning?: boolean;
}

const OLDEST = 150_000;

/** Thrown at the start when the database would keep tenants apart less well than it should. */
export class IsolationWeakened extends Error {
  constructor(readonly findings: readonly Finding[]) {
    const lines = findings.map(({ check, detail, remedy }) => `  - ${check}: ${detail} ${remedy ?? ''}`);
    super(
      `The database does not keep tenants apart as configured; Tenantry does not start.\n${lines.join('\n')}\n` +
        'On a server where no superuser can be had, TENANTRY_HARDENING=relax starts all the same and says so.',
    );
    this.name = 'IsolationWeakened';
  }
}

/**
 * Asks the database what it enforces and logs a line for each answer.
 *
 * @throws IsolationWeakened when something is amiss and `enforce` is set; without it the findings are warnings
 */
export async function probeIsolation(options: IsolationProbeOptions): Promise<Finding[]> {
  const logger = new Logger('Isolation');
  const client = new pg.Client({ connectionString: options.appUrl, application_name: 'tenantry probe' });
  await client.connect();
  try {
    const findings = [
      await probeServer(client),
      await probeDirect(client),
      ...(await probePoolerOf(options)),
      ...(await probeCatalogue(client, options)),
    ];
    for (const { check, ok, detail, remedy } of findings) {
      if (ok) logger.log(`${check}: yes${detail ? ` (${detail})` : ''}`);
      else logger.warn(`${check}: NO. ${detail} ${remedy ?? ''}`);
    }
    const faults = findings.filter(({ ok, isWarning }) => !ok && !isWarning);
    if (faults.length > 0 && options.enforce) throw new IsolationWeakened(faults);
    return findings;
  } finally {
    await client.end();
  }
}

/** A pooler gives each client a process id of its own making. */
async function isDirect(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid === (client as unknown as { processID: number }).processID;
}

async function probeServer(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<{ number: number; name: string }>(
    `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS name`,
  );
  const version = rows[0] ?? { number: 0, name: 'unknown' };
  const ok = version.number >= OLDEST;
  return { check: 'Postgres is 15 or newer', ok, detail: version.name, remedy: 'Upgrade the server.' };
}

export async function probeDirect(client: pg.Client): Promise<Finding> {
  const ok = await isDirect(client);
  return {
    check: 'DATABASE_URL reaches Postgres directly',
    ok,
    detail: ok ? '' : 'It goes through a connection pooler, where session locks and LISTEN do not work.',
    remedy: 'Point DATABASE_URL at Postgres itself and name the pooler in TENANTRY_POOLER_URL.',
  };
}

function probePoolerOf({
  poolerUrl,
  installation,
  isPoolerPrepared = false,
}: IsolationProbeOptions): Promise<Finding[]> {
  if (!poolerUrl) return Promise.resolve([]);
  return probePooler({ poolerUrl, installation, isPrepared: isPoolerPrepared });
}

async function probeCatalogue(client: pg.Client, { installation }: IsolationProbeOptions): Promise<Finding[]> {
  const roles = (['app', 'platform', 'owner'] as const).map((role) => loginRoleName(installation, role));
  const findings: Finding[] = [];
  for (const { check, risk, remedy, sql } of PROBES) {
    const { rows } = await client.query<string[]>({ text: sql, values: roles, rowMode: 'array' });
    const offenders = rows.map(([name]) => name ?? '');
    const ok = offenders.length === 0;
    findings.push({ check, ok, detail: ok ? '' : `${risk} Found: ${listOf(offenders)}.`, remedy });
  }
  return findings;
}

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
