import type pg from 'pg';
import { tenantRole, tenantSchema } from '../context/tenant-names.js';

/** The DDL of a tenant's schema and role. Idempotent; names are derived from the id and need no quoting. */
export class TenantDdl {
  /** @param app name of the application's login role */
  constructor(private readonly app: string) {}

  async createRole(client: pg.ClientBase, tenantId: string): Promise<void> {
    const role = tenantRole(tenantId);
    const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
    if (!rowCount) {
      await client.query(roleSql(tenantId));
    }
    await this.admit(client, tenantId);
  }

  createSchema(client: pg.ClientBase, tenantId: string): Promise<void> {
    return this.createSchemaFor(client, tenantSchema(tenantId), tenantId);
  }

  /** A schema of any name with the privileges of the tenant's own. */
  async createSchemaFor(client: pg.ClientBase, schema: string, tenantId: string): Promise<void> {
    await client.query(schemaSql(tenantId, schema));
  }

  /** Lets the application enter these tenants, by one statement: the first entry after each costs all backends. */
  async admit(client: pg.ClientBase, ...tenantIds: readonly string[]): Promise<void> {
    const options = (await this.hasGrantOptions(client)) ? ' WITH INHERIT FALSE, SET TRUE' : '';
    const roles = tenantIds.map(tenantRole).join(', ');
    await client.query(`GRANT ${roles} TO ${client.escapeIdentifier(this.app)}${options}`);
  }

  /** Keeps the application out: from the commit on, Postgres refuses to enter the tenant, in every process. */
  async fence(client: pg.ClientBase, tenantId: string): Promise<void> {
    const role = tenantRole(tenantId);
    const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
    if (rowCount) await client.query(`REVOKE ${role} FROM ${client.escapeIdentifier(this.app)}`);
  }

  async dropSchema(client: pg.ClientBase, tenantId: string): Promise<void> {
    await client.query(`DROP SCHEMA IF EXISTS ${tenantSchema(tenantId)} CASCADE`);
  }

  /** After the schema is gone nothing depends on the role. */
  async dropRole(client: pg.ClientBase, tenantId: string): Promise<void> {
    await client.query(`DROP ROLE IF EXISTS ${tenantRole(tenantId)}`);
  }

  /** Membership options came with Postgres 16; before, NOINHERIT on the login role says the same. */
  private async hasGrantOptions(client: pg.ClientBase): Promise<boolean> {
    const { rows } = await client.query<{ version: number }>(
      `SELECT current_setting('server_version_num')::int AS version`,
    );
    return (rows[0]?.version ?? 0) >= 160_000;
  }
}

/** Makes a tenant's role. */
export function roleSql(tenantId: string): string {
  return `CREATE ROLE ${tenantRole(tenantId)} NOLOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION`;
}

/** Makes a schema, the tenant's own unless another is named, in which the tenant's role may use what comes. */
export function schemaSql(tenantId: string, schema = tenantSchema(tenantId)): string {
  const role = tenantRole(tenantId);
  return `
    CREATE SCHEMA IF NOT EXISTS ${schema};
    REVOKE ALL ON SCHEMA ${schema} FROM PUBLIC;
    GRANT USAGE ON SCHEMA ${schema} TO ${role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT USAGE, SELECT ON SEQUENCES TO ${role}`;
}
