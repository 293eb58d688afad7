import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { tenantSchema } from '../context/tenant-names.js';
import { inTransaction, type OwnerDatabase } from '../control/owner-database.js';
import type { TenantDdl } from '../lifecycle/tenant-ddl.js';
import { migrationSet, saveMigrationSet } from '../migrations/migration-set.js';
import type { TenantMigrations } from '../migrations/tenant-migrations.js';
import type { Checkpoint } from '../operations/operation-step.js';
import { copyRows } from './copy-rows.js';
import { loadArchive, type LoadOptions } from './load-archive.js';
import { withOwnConnection } from './own-connection.js';
import { qualified, readShape } from './schema-shape.js';

/** Where rows go. */
export interface LoadingTarget {
  readonly tenantId: string;
  /** The tenant's own, or one beside it. */
  readonly schema: string;
}

/**
 * Builds schemas and fills them, apart from the tenant that is to have them. Everything may be done again after a crash.
 *
 * @since 0.1.0
 */
@Injectable()
export class TenantLoading {
  constructor(
    private readonly owner: OwnerDatabase,
    private readonly migrations: TenantMigrations,
    private readonly ddl: TenantDdl,
  ) {}

  /** An empty schema with these migrations, whatever was there. */
  async build({ tenantId, schema }: LoadingTarget, migrations: readonly string[]): Promise<void> {
    await this.owner.transaction(async (client) => {
      await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      await this.ddl.createSchemaFor(client, schema, tenantId);
    });
    await this.migrations.schemaBuilder.build(schema, migrations);
  }

  /** Fills it from an archive. @throws ARCHIVE_INCOMPATIBLE, ARCHIVE_INVALID, ARCHIVE_GONE */
  load(options: LoadOptions): Promise<void> {
    return withOwnConnection(this.owner.url, (client) => inTransaction(client, () => loadArchive(client, options)));
  }

  /** Fills it from another tenant, as that is at one moment. @throws TENANT_CHANGED */
  copy(source: string, target: LoadingTarget, without: readonly string[], checkpoint?: Checkpoint): Promise<void> {
    return withOwnConnection(this.owner.url, (client) =>
      copyRows(client, { source, target: target.schema, without, checkpoint }),
    );
  }

  /** Removes the rows of these tables, where they are there. */
  async empty(schema: string, tables: readonly string[]): Promise<void> {
    await this.owner.transaction(async (client) => {
      const shape = await readShape(client, schema);
      for (const { name } of shape.tables.filter((table) => tables.includes(table.name)))
        await client.query(`DELETE FROM ${qualified(schema, name)}`);
    });
  }

  /** Brings it to the newest shape. */
  complete({ schema }: LoadingTarget): Promise<void> {
    return this.migrations.schemaBuilder.build(schema);
  }

  /** Notes in the tenant's row which migrations its new schema has. In the given transaction. */
  async adopt(client: pg.ClientBase, { tenantId, schema }: LoadingTarget): Promise<void> {
    const set = migrationSet(await this.migrations.schemaBuilder.applied(schema));
    await saveMigrationSet(client, set);
    await client.query('UPDATE platform.tenant SET migration_set = $2, updated_at = now() WHERE id = $1', [
      tenantId,
      set.id,
    ]);
    await client.query(`COMMENT ON SCHEMA ${schema} IS NULL`);
  }

  /**
   * Puts a schema in the place of the tenant's own, in the given transaction. Waits for transactions that are in the old
   * tables; statements that wait for those then find the new ones.
   *
   * @param aside name that the old schema gets
   */
  async swap(client: pg.ClientBase, target: LoadingTarget, aside: string): Promise<void> {
    const own = tenantSchema(target.tenantId);
    await client.query(`SET LOCAL lock_timeout = '30s'`);
    const { tables } = await readShape(client, own);
    if (tables.length > 0) {
      await client.query(
        `LOCK TABLE ${tables.map(({ name }) => qualified(own, name)).join(', ')} IN ACCESS EXCLUSIVE MODE`,
      );
    }
    await this.adopt(client, target);
    await client.query(`DROP SCHEMA IF EXISTS ${aside} CASCADE`);
    await client.query(`ALTER SCHEMA ${own} RENAME TO ${aside}`);
    await client.query(`ALTER SCHEMA ${target.schema} RENAME TO ${own}`);
  }

  async drop(client: pg.ClientBase, schema: string): Promise<void> {
    await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  }
}
