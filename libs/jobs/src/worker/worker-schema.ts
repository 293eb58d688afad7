import pg from 'pg';
import { runMigrations } from 'graphile-worker';
import { workerLogger } from './worker-logger.js';

/** Where graphile-worker keeps what it works at. */
export const WORKER_SCHEMA = 'tenantry_worker';

/** The one task that graphile-worker knows: a ticket for a job of `platform.job`. */
export const WORKER_TASK = 'job';

/**
 * Makes the worker's schema, or brings it to its newest shape, as the owner; the platform's login works at it, nobody else
 * may use it. The tables have row security without a policy, which would show the platform nothing.
 *
 * @param platform name of the platform's login role
 */
export async function prepareWorkerSchema(ownerUrl: string, platform: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: ownerUrl, max: 1, application_name: 'tenantry prepare' });
  pool.on('error', () => undefined); // told by the query
  pool.on('connect', (client) => client.on('error', () => undefined));
  try {
    await runMigrations({ pgPool: pool, schema: WORKER_SCHEMA, logger: workerLogger() });
    const { rows } = await pool.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class c WHERE relkind = 'r' AND relrowsecurity AND relnamespace = '${WORKER_SCHEMA}'::regnamespace
       AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'platform')`,
    );
    const role = pg.escapeIdentifier(platform);
    const policies = rows.map(
      ({ name }) =>
        `CREATE POLICY platform ON ${WORKER_SCHEMA}.${pg.escapeIdentifier(name)} TO ${role} USING (true) WITH CHECK (true)`,
    );
    const grants = [
      `REVOKE ALL ON SCHEMA ${WORKER_SCHEMA} FROM PUBLIC`,
      `GRANT USAGE ON SCHEMA ${WORKER_SCHEMA} TO ${role}`,
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${WORKER_SCHEMA} TO ${role}`,
    ];
    await pool.query([...grants, ...policies].join(';\n'));
  } finally {
    await pool.end();
  }
}
