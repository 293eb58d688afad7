import type { Writable } from 'node:stream';
import pg from 'pg';
import { tenantSchema } from '../context/tenant-names.js';
import type { Tenant } from '../context/tenant.js';
import type { Checkpoint } from '../operations/operation-step.js';
import { withOwnConnection } from './own-connection.js';
import { refuseDrifted, refuseUnportable, TenantNotPortable } from './portable.js';
import { enterSchema, qualified, readShape } from './schema-shape.js';
import { writeArchive, type WrittenArchive } from './write-archive.js';

const INSUFFICIENT_PRIVILEGE = '42501';

export interface TenantExportOptions {
  /** Connection string of the owner, direct. */
  readonly ownerUrl: string;
  readonly tenant: Tenant;
  readonly createdAt: Date;
  /** Whether to gzip (RFC 1952). */
  readonly compress: boolean;
  readonly checkpoint?: Checkpoint;
}

/**
 * Writes a tenant as one archive while it goes on serving: all of one moment, in constant memory.
 *
 * @param target ended when the archive is whole, destroyed when it is not
 * @throws TENANT_NOT_PORTABLE when something of it could not be brought back
 * @since 0.1.0
 */
export function exportTenant(options: TenantExportOptions, target: Writable): Promise<WrittenArchive> {
  const { ownerUrl, tenant, createdAt, compress, checkpoint } = options;
  return withOwnConnection(ownerUrl, (client) =>
    inSnapshot(client, tenant.id, async () => {
      const migrations = await migrationsOf(client, tenant.id);
      await refuseDrifted(client, tenantSchema(tenant.id), migrations);
      return writeArchive(client, { tenant, migrations, createdAt, compress, checkpoint }, target);
    }),
  );
}

/**
 * Runs the work in a transaction that sees the tenant's tables as they are at one moment, and keeps their shape.
 *
 * @param client its own, whose end undoes what failed: a ROLLBACK would wait for a COPY that nobody reads any more
 * @throws TENANT_NOT_PORTABLE
 */
export async function inSnapshot<T>(client: pg.ClientBase, tenantId: string, work: () => Promise<T>): Promise<T> {
  const schema = tenantSchema(tenantId);
  const { tables } = await readShape(client, schema);
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  try {
    // Before the snapshot, which the first SELECT takes: a table rewritten after it would look empty in it.
    if (tables.length > 0) {
      const names = tables.map(({ name }) => qualified(schema, name));
      await client.query(`LOCK TABLE ${names.join(', ')} IN ACCESS SHARE MODE`);
    }
    await enterSchema(client, schema);
    await refuseUnportable(client, schema);
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === INSUFFICIENT_PRIVILEGE)
      throw new TenantNotPortable('something in its schema belongs to another role', { cause: error });
    throw error;
  }
}

export async function migrationsOf(client: pg.ClientBase, tenantId: string): Promise<string[]> {
  const { rows } = await client.query<{ migrations: string[] }>(
    `SELECT s.migrations FROM platform.tenant t JOIN platform.migration_set s ON s.id = t.migration_set WHERE t.id = $1`,
    [tenantId],
  );
  return rows[0]?.migrations ?? [];
}
