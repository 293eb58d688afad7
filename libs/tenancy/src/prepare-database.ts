import { Logger } from '@nestjs/common';
import type { InstallationSecret, Settings, TenantryModuleMetadata } from '@tenantry/kernel';
import pg from 'pg';
import { createExtensionFunctions } from './control/extension-functions.js';
import { OwnerDatabase } from './control/owner-database.js';
import { migratePlatform } from './control/platform-data-source.js';
import { PLATFORM_SCHEMA } from './context/tenant-names.js';
import { TenantMigrations } from './migrations/tenant-migrations.js';
import { IsolationWeakened, probeDirect, probeIsolation } from './roles/isolation-probe.js';
import { LOGIN_ROLES, loginRoleName, loginUrl } from './roles/login-roles.js';
import { PREPARE_LOCK, prepareRoles } from './roles/prepare-roles.js';
import { fingerprint, type RoleSqlInput } from './roles/role-sql.js';

/** Thrown where the database was prepared with another secret; nothing has been touched. */
export class SecretMismatch extends Error {
  constructor() {
    super(
      'TENANTRY_SECRET is not the secret that this database was prepared with. Start with that one; ' +
        'where it is lost, see docs/operating.md, "Secrets".',
    );
    this.name = 'SecretMismatch';
  }
}

export interface PrepareOptions {
  readonly settings: Settings;
  readonly secret: InstallationSecret;
  readonly databaseUrl: string;
  readonly modules: readonly TenantryModuleMetadata[];
  /** Prepares what else is in the database, before the control schema is migrated. */
  readonly besides?: (ownerUrl: string, platformRole: string) => Promise<void>;
}

/** A database that is ready to serve this code. */
export interface PreparedDatabase {
  readonly owner: OwnerDatabase;
  readonly migrations: TenantMigrations;
}

/**
 * Brings a database to what this code needs: roles, revokes, control schema, tenant migrations recorded. Tenants are left
 * as they are. Idempotent; processes that start together take turns.
 *
 * @throws RolesNotPrepared, IsolationWeakened, MigrationFault before anything listens
 */
export async function prepareDatabase(options: PrepareOptions): Promise<PreparedDatabase> {
  const { settings, secret, databaseUrl, modules } = options;
  const installation = settings.get('TENANTRY_INSTALLATION');
  const pooler = settings.get('TENANTRY_POOLER_URL');
  if (settings.get('TENANTRY_HARDENING') === 'enforce') await requireDirect(databaseUrl);
  await ensureRoles(options);
  const url = (role: (typeof LOGIN_ROLES)[number]) => loginUrl(databaseUrl, secret, installation, role);
  await probeIsolation({
    appUrl: url('app'),
    poolerUrl: pooler && loginUrl(pooler, secret, installation, 'app'),
    isPoolerPrepared: settings.get('TENANTRY_POOLER_PREPARED'),
    installation,
    enforce: settings.get('TENANTRY_HARDENING') === 'enforce',
  });
  const owner = new OwnerDatabase(url('owner'));
  try {
    return await inTurn(url('owner'), async (client) => {
      await grantPlatform(client, loginRoleName(installation, 'platform'));
      await createExtensionFunctions(client);
      await options.besides?.(url('owner'), loginRoleName(installation, 'platform'));
      await migratePlatform(
        url('owner'),
        modules.flatMap((module) => module.platformMigrations ?? []),
      );
      const migrations = new TenantMigrations(owner, modules);
      await migrations.prepare();
      return { owner, migrations };
    });
  } catch (error) {
    await owner.onApplicationShutdown();
    throw error;
  }
}

/** Before anything is prepared through a pooler that mixes up sessions. @throws IsolationWeakened */
async function requireDirect(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'tenantry probe' });
  await client.connect();
  try {
    const finding = await probeDirect(client);
    if (!finding.ok) throw new IsolationWeakened([finding]);
  } finally {
    await client.end();
  }
}

async function ensureRoles({ settings, secret, databaseUrl }: PrepareOptions): Promise<void> {
  const installation = settings.get('TENANTRY_INSTALLATION');
  const input = await roleInput(settings, secret, databaseUrl);
  // Before anything is altered: other passwords would lock out the processes that are running.
  if (input.preparedWith?.startsWith('tenantry ') && input.preparedWith !== fingerprint(secret))
    throw new SecretMismatch();
  const logins = await Promise.all(
    LOGIN_ROLES.map((role) => canConnect(loginUrl(databaseUrl, secret, installation, role))),
  );
  if (!input.isSuperuser && logins.every(Boolean)) return;
  new Logger('Roles').log('Preparing the login roles and revokes.');
  await prepareRoles(databaseUrl, input);
}

/** What the roles' SQL depends on, asked from the server. */
export async function roleInput(
  settings: Settings,
  secret: InstallationSecret,
  databaseUrl: string,
): Promise<RoleSqlInput & { readonly isSuperuser: boolean; readonly preparedWith: string | null }> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'tenantry prepare' });
  await client.connect();
  try {
    const { rows } = await client.query<{ database: string; super: boolean; comment: string | null }>(
      `SELECT current_database() AS database, rolsuper AS super,
              obj_description(to_regnamespace('${PLATFORM_SCHEMA}'), 'pg_namespace') AS comment
       FROM pg_roles WHERE rolname = current_user`,
    );
    return {
      installation: settings.get('TENANTRY_INSTALLATION'),
      secret,
      database: rows[0]?.database ?? '',
      isSuperuser: rows[0]?.super ?? false,
      preparedWith: rows[0]?.comment ?? null,
      statementTimeout: settings.get('TENANTRY_STATEMENT_TIMEOUT'),
      harden: settings.get('TENANTRY_HARDENING') === 'enforce' || (rows[0]?.super ?? false),
    };
  } finally {
    await client.end();
  }
}

async function canConnect(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

async function grantPlatform(client: pg.ClientBase, platform: string): Promise<void> {
  const role = client.escapeIdentifier(platform);
  await client.query(`
    ALTER DEFAULT PRIVILEGES IN SCHEMA ${PLATFORM_SCHEMA} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA ${PLATFORM_SCHEMA} GRANT USAGE, SELECT ON SEQUENCES TO ${role}`);
}

/** Runs the work while no other process prepares this database. */
async function inTurn<T>(ownerUrl: string, work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'tenantry prepare' });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [PREPARE_LOCK]);
    return await work(client);
  } finally {
    await client.end();
  }
}
