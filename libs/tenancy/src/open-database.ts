import type { InstallationSecret, Settings, TenantryModuleMetadata } from '@tenantry/kernel';
import pg from 'pg';
import { PLATFORM_SCHEMA } from './context/tenant-names.js';
import { OwnerDatabase } from './control/owner-database.js';
import { TenantMigrations } from './migrations/tenant-migrations.js';
import { SecretMismatch, type PreparedDatabase, type PrepareOptions } from './prepare-database.js';
import { loginUrl } from './roles/login-roles.js';
import { fingerprint } from './roles/role-sql.js';

/** Thrown where a database is opened that `tenantry migrate` or a start has yet to prepare. */
export class DatabaseNotPrepared extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(`The database is not prepared for this release (${reason}). Run \`tenantry migrate\` first.`, options);
    this.name = 'DatabaseNotPrepared';
  }
}

/**
 * Opens a database that was prepared before, and changes nothing in it: for commands beside the servers.
 *
 * @throws DatabaseNotPrepared, SecretMismatch
 */
export async function openDatabase(options: PrepareOptions): Promise<PreparedDatabase> {
  const { settings, secret, databaseUrl, modules } = options;
  const url = loginUrl(databaseUrl, secret, settings.get('TENANTRY_INSTALLATION'), 'owner');
  await checkSecret(databaseUrl, settings, secret);
  const owner = new OwnerDatabase(url);
  try {
    const pending = await pendingPlatformMigrations(owner, modules);
    if (pending.length > 0) throw new DatabaseNotPrepared(`it lacks ${pending.join(', ')}`);
    const migrations = new TenantMigrations(owner, modules);
    await migrations.read();
    return { owner, migrations };
  } catch (error) {
    await owner.onApplicationShutdown();
    throw error;
  }
}

/** Platform migrations of the code that the control schema does not have; all of them where there is none. */
export async function pendingPlatformMigrations(
  owner: OwnerDatabase,
  modules: readonly TenantryModuleMetadata[],
): Promise<string[]> {
  const declared = modules.flatMap(({ platformMigrations = [] }) => platformMigrations.map(({ name }) => name));
  const done = await owner.withClient(async (client) => {
    const table = `${PLATFORM_SCHEMA}.platform_migration`;
    const { rows } = await client.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [table]);
    if (!rows[0]?.there) return [];
    return (await client.query<{ name: string }>(`SELECT name FROM ${table}`)).rows.map(({ name }) => name);
  });
  return declared.filter((name) => !done.includes(name));
}

/** By the login of `DATABASE_URL`, because with another secret the owner's password does not fit either. */
async function checkSecret(databaseUrl: string, settings: Settings, secret: InstallationSecret): Promise<void> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'tenantry command',
    connectionTimeoutMillis: settings.get('TENANTRY_STATEMENT_TIMEOUT'),
  });
  await client.connect();
  try {
    await requireInstallation(client, secret);
  } finally {
    await client.end();
  }
}

/**
 * Whether the database is an installation's, and that of this secret.
 *
 * @throws DatabaseNotPrepared, SecretMismatch
 */
export async function requireInstallation(client: pg.Client, secret: InstallationSecret): Promise<void> {
  const { rows } = await client.query<{ comment: string | null }>(
    `SELECT obj_description(to_regnamespace('${PLATFORM_SCHEMA}'), 'pg_namespace') AS comment`,
  );
  const comment = rows[0]?.comment;
  if (!comment?.startsWith('tenantry ')) throw new DatabaseNotPrepared('there is no installation in it');
  if (comment !== fingerprint(secret)) throw new SecretMismatch();
}
