import { prepareWorkerSchema } from '@tenantry/jobs';
import { parseSettings, type MigrationClass, type Settings, type TenantryModuleMetadata } from '@tenantry/kernel';
import { prepareDatabase, roleInput, type PreparedDatabase } from '@tenantry/tenancy';
import pg from 'pg';
import { DataSource, type MigrationInterface } from 'typeorm';
import { createExtensionFunctions } from '../../libs/tenancy/src/control/extension-functions.js';
import { migratePlatform } from '../../libs/tenancy/src/control/platform-data-source.js';
import { SHAPES } from '../../libs/tenancy/src/drift/shape-sql.js';
import { loginRoleName, loginUrl } from '../../libs/tenancy/src/roles/login-roles.js';
import { prepareRoles } from '../../libs/tenancy/src/roles/prepare-roles.js';
import type { TestDatabase } from './test-database.js';

const TENANT_ROLES = `SELECT nspname AS role FROM pg_namespace WHERE nspname ~ '^t_[0-9a-f]{32}$'`;

/** Kind, name and definition of everything in the control schema and of what tenants may call, and who may what. */
export type ControlShape = readonly string[];

/** An installation that is taken through its former states, and copies of it as it was in each. */
export class ControlHistory {
  /** In the order in which they were released. */
  readonly migrations: readonly MigrationClass[];
  private readonly copies: string[] = [];

  constructor(
    private readonly database: TestDatabase,
    private readonly modules: readonly TenantryModuleMetadata[],
  ) {
    const released = (migration: MigrationClass) => Number(/\d{13}$/.exec(migration.name)?.[0]);
    const all = modules.flatMap(({ platformMigrations = [] }) => platformMigrations);
    this.migrations = all.sort((one, other) => released(one) - released(other));
  }

  /** Roles, and what there was before the first migration. */
  async begin(): Promise<void> {
    const { settings, secret, url } = this.database;
    await prepareRoles(url, await roleInput(settings, secret, url));
    const platform = pg.escapeIdentifier(this.role('platform'));
    await this.asOwner(async (client) => {
      await client.query(
        `ALTER DEFAULT PRIVILEGES IN SCHEMA platform GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${platform};
         ALTER DEFAULT PRIVILEGES IN SCHEMA platform GRANT USAGE, SELECT ON SEQUENCES TO ${platform}`,
      );
      await createExtensionFunctions(client);
    });
    await prepareWorkerSchema(this.ownerUrl, this.role('platform'));
  }

  /** Brings it to the state after so many migrations. */
  migrateTo(count: number): Promise<void> {
    return migratePlatform(this.ownerUrl, this.migrations.slice(0, count));
  }

  /** Takes the last of so many migrations back. */
  async undo(count: number): Promise<void> {
    const dataSource = await new DataSource({
      type: 'postgres',
      url: this.ownerUrl,
      schema: 'platform',
      poolSize: 1,
      migrations: this.migrations.slice(0, count) as unknown as (new () => MigrationInterface)[],
      migrationsTableName: 'platform_migration',
      installExtensions: false,
    }).initialize();
    try {
      await dataSource.undoLastMigration({ transaction: 'each' });
    } finally {
      await dataSource.destroy();
    }
  }

  async asOwner<T>(work: (client: pg.Client) => Promise<T>, url = this.ownerUrl): Promise<T> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  /** @param url of a copy; of the installation itself when absent */
  shape(url = this.database.url): Promise<ControlShape> {
    return this.asOwner(async (client) => {
      const { rows } = await client.query<Record<string, string>>(SHAPES, [['platform', 'extensions']]);
      const { rows: granted } = await client.query<{ granted: string }>(
        `SELECT concat_ws(' ', 'granted', relname, a.grantee::regrole, a.privilege_type) AS granted
         FROM pg_class, aclexplode(relacl) a WHERE relnamespace = 'platform'::regnamespace`,
      );
      const items = rows.map(({ kind, name, definition }) => `${kind} ${name}: ${definition}`);
      return [...items, ...granted.map((row) => row.granted)].sort();
    }, url);
  }

  /** The installation as it is now, in a database of its own. */
  async copy(name: string): Promise<Settings> {
    const { url, settings } = this.database;
    const [source, copy] = [new URL(url).pathname.slice(1), `${new URL(url).pathname.slice(1)}_${name}`];
    await this.onServer(`CREATE DATABASE ${copy} TEMPLATE ${source}`);
    this.copies.push(copy);
    const address = new URL(url);
    address.pathname = `/${copy}`;
    return parseSettings({
      PORT: '0',
      HOST: '127.0.0.1',
      DATABASE_URL: address.href,
      TENANTRY_INSTALLATION: settings.get('TENANTRY_INSTALLATION'),
      TENANTRY_SECRET: settings.get('TENANTRY_SECRET') ?? '',
      TENANTRY_OPERATOR_EMAIL: settings.get('TENANTRY_OPERATOR_EMAIL'),
      TENANTRY_OPERATOR_PASSWORD: settings.get('TENANTRY_OPERATOR_PASSWORD') ?? '',
      TENANTRY_WARM_POOL_MAX: '0',
      TENANTRY_LOG_LEVEL: 'error',
    });
  }

  /** What every start of today's code does first. */
  prepare(settings: Settings): Promise<PreparedDatabase> {
    const { secret } = this.database;
    const { modules } = this;
    const databaseUrl = settings.get('DATABASE_URL') ?? '';
    return prepareDatabase({ settings, secret, databaseUrl, modules, besides: prepareWorkerSchema });
  }

  async end(): Promise<void> {
    const roles = async (url: string) =>
      (await this.asOwner((client) => client.query<{ role: string }>(TENANT_ROLES), url)).rows.map(({ role }) => role);
    const shared = await roles(this.database.url);
    for (const copy of this.copies) {
      const url = this.database.url.replace(/[^/]*$/, copy);
      const made = await roles(url);
      await this.onServer(`DROP DATABASE ${copy} WITH (FORCE)`);
      // Roles belong to the server: the one that all copies have goes with the installation.
      for (const role of made) if (!shared.includes(role)) await this.onServer(`DROP ROLE ${role}`);
    }
    await this.database.drop();
  }

  role(login: 'owner' | 'platform' | 'app'): string {
    return loginRoleName(this.database.settings.get('TENANTRY_INSTALLATION'), login);
  }

  private get ownerUrl(): string {
    const { url, secret, settings } = this.database;
    return loginUrl(url, secret, settings.get('TENANTRY_INSTALLATION'), 'owner');
  }

  /** From another database, since one that is copied may have no connections. */
  private onServer(sql: string): Promise<unknown> {
    const url = new URL(this.database.url);
    url.pathname = '/postgres';
    return this.asOwner((client) => client.query(sql), url.href);
  }
}
