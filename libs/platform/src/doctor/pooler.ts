import { loginUrl } from '@tenantry/tenancy';
import pg from 'pg';
import { examineEncryption } from './encryption.js';
import type { Patient } from './examine.js';
import { finding, type Finding } from './finding.js';

const PATIENCE = 5_000;

/** The pooler's address for the application's login; undefined where there is none. */
export function poolerUrl({ settings, secret }: Patient): string | undefined {
  const pooler = settings.get('TENANTRY_POOLER_URL');
  return pooler && loginUrl(pooler, secret, settings.get('TENANTRY_INSTALLATION'), 'app');
}

/** The way to the pooler. What the pooler is, the probe of isolation asks. */
export async function examinePooler(patient: Patient): Promise<Finding[]> {
  const connectionString = poolerUrl(patient);
  if (!connectionString) return [];
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: PATIENCE, query_timeout: PATIENCE });
  client.on('error', () => undefined); // the query that is under way says so
  const reached = 'the pooler can be reached';
  try {
    await client.connect();
    await client.query('SELECT 1'); // a pooler greets before it has a connection to Postgres
    return [finding(reached, true, { remedy: '' }), ...examineEncryption('the pooler', 'TENANTRY_POOLER_URL', client)];
  } catch (error) {
    const detail =
      error instanceof Error ? error.message || String((error as NodeJS.ErrnoException).code) : String(error);
    const remedy =
      'Start PgBouncer, or correct TENANTRY_POOLER_URL; its auth_file must know the application’s role (docs/pgbouncer.md).';
    return [finding(reached, false, { detail, remedy })];
  } finally {
    await client.end();
  }
}
