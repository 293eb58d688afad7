import pg from 'pg';
import { roleSql, type RoleSqlInput } from './role-sql.js';

/** Thrown where the given login may not prepare the roles: says what an administrator must run. */
export class RolesNotPrepared extends Error {
  constructor(
    readonly sql: string,
    cause: unknown,
  ) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      `The database is not prepared for Tenantry, and the login of DATABASE_URL may not do it (${reason}).\n` +
        `Ask an administrator (a superuser of the server) to run the following in this database, then start again:\n\n${sql}`,
      { cause },
    );
    this.name = 'RolesNotPrepared';
  }
}

/** One advisory lock for everything that prepares a database, so that processes starting together take turns. */
export const PREPARE_LOCK = 7_236_441_905;

/**
 * Makes the login roles, the platform's schemas and the revokes; idempotent, in one transaction.
 *
 * @param adminUrl connection string of a superuser
 * @throws RolesNotPrepared with the SQL when the login may not
 */
export async function prepareRoles(adminUrl: string, input: RoleSqlInput): Promise<void> {
  const statements = roleSql(input);
  const client = new pg.Client({ connectionString: adminUrl, application_name: 'tenantry prepare' });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [PREPARE_LOCK]);
    for (const statement of statements) await client.query(statement);
    await client.query('COMMIT');
  } catch (error) {
    if (isDenied(error)) throw new RolesNotPrepared(`${statements.join(';\n')};\n`, error);
    throw error;
  } finally {
    await client.end();
  }
}

function isDenied(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '42501';
}
