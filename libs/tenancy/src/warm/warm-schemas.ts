import type pg from 'pg';
import type { OwnerDatabase } from '../control/owner-database.js';
import { inTransaction } from '../control/owner-database.js';
import type { TenantDdl } from '../lifecycle/tenant-ddl.js';

/** How many schemas wait, and how many are on their way in or out. */
export interface WarmCounts {
  /** Those that have all that this process's code needs. */
  readonly ready: number;
  /** Those that are about to become a tenant's, or to be given back. */
  readonly claimed: number;
  /** Tenants that were made in the last five minutes. */
  readonly demand: number;
}

const LATELY = '5 minutes';
/** A claim becomes a tenant within milliseconds; one that is older was left by a process that died. */
const ABANDONED = '1 minute';
const UNWANTED = '1 hour';

/** The rows of `platform.warm_schema`: schemas that no tenant ever had, and roles that wait for a schema. */
export class WarmSchemas {
  constructor(
    private readonly owner: OwnerDatabase,
    private readonly ddl: TenantDdl,
  ) {}

  /**
   * Takes a schema out of the pool, by one statement, so that two never get the same. That it was taken is on disk
   * before anything that is committed later, so the commit itself need not wait for the disk.
   *
   * @param needed migrations that it must have
   */
  claim(needed: readonly string[]): Promise<string | undefined> {
    return this.owner.withClient(async (client) => {
      const { rows } = await client.query<{ id: string }>(
        `UPDATE platform.warm_schema SET status = 'claimed', changed_at = now() WHERE id = (
           SELECT w.id FROM platform.warm_schema w JOIN platform.migration_set s ON s.id = w.migration_set
           WHERE w.status = 'ready' AND s.migrations @> $1::text[] ORDER BY w.id LIMIT 1 FOR UPDATE OF w SKIP LOCKED)
         RETURNING id, set_config('synchronous_commit', 'off', true)`,
        [needed],
      );
      return rows[0]?.id;
    });
  }

  /** Puts back a schema that was claimed and that nothing has entered. */
  async release(id: string): Promise<void> {
    await this.owner.withClient((client) =>
      client.query(
        `UPDATE platform.warm_schema SET status = 'ready', changed_at = now() WHERE id = $1 AND status = 'claimed'`,
        [id],
      ),
    );
  }

  /** Drops schema and role, unless a tenant has them by now. */
  discard(id: string): Promise<void> {
    return this.owner.withClient((client) =>
      inTransaction(client, async () => {
        const { rowCount } = await client.query(
          `DELETE FROM platform.warm_schema w WHERE id = $1 AND status <> 'ready'
             AND NOT EXISTS (SELECT FROM platform.tenant t WHERE t.id = w.id)`,
          [id],
        );
        if (!rowCount) return;
        await this.ddl.dropSchema(client, id);
        await this.ddl.dropRole(client, id);
      }),
    );
  }

  async count(needed: readonly string[]): Promise<WarmCounts> {
    return this.owner.withClient(async (client) => {
      const { rows } = await client.query<WarmCounts>(
        `SELECT count(*) FILTER (WHERE usable)::int AS ready, count(*) FILTER (WHERE status = 'claimed')::int AS claimed,
           (SELECT count(*)::int FROM platform.tenant WHERE created_at > now() - interval '${LATELY}') AS demand
         FROM (SELECT w.status, w.status = 'ready' AND coalesce(s.migrations @> $1::text[], false) AS usable
               FROM platform.warm_schema w LEFT JOIN platform.migration_set s ON s.id = w.migration_set) AS each`,
        [needed],
      );
      return rows[0] ?? { ready: 0, claimed: 0, demand: 0 };
    });
  }

  /** Those that wait and lack a migration, which one of a newer release may have brought. */
  async stale(needed: readonly string[]): Promise<string[]> {
    return this.ids(
      `SELECT w.id FROM platform.warm_schema w LEFT JOIN platform.migration_set s ON s.id = w.migration_set
       WHERE w.status = 'ready' AND NOT coalesce(s.migrations, '{}') @> $1::text[] ORDER BY w.id`,
      [needed],
    );
  }

  /**
   * Marks those that nobody will use: half made, left by a claim, not wanted for an hour, or without their role, as in a
   * database that was restored elsewhere. The ids to discard.
   */
  async abandoned(target: number): Promise<string[]> {
    return this.ids(
      `WITH unwanted AS (
         SELECT id FROM platform.warm_schema WHERE status = 'ready' AND made_at < now() - interval '${UNWANTED}'
         ORDER BY id OFFSET $1 FOR UPDATE SKIP LOCKED
       ), marked AS (
         UPDATE platform.warm_schema w SET status = 'broken' FROM unwanted WHERE w.id = unwanted.id RETURNING w.id
       )
       SELECT id FROM marked UNION
       SELECT id FROM platform.warm_schema w WHERE status IN ('making', 'broken')
         OR (status = 'claimed' AND changed_at < now() - interval '${ABANDONED}')
         OR (status = 'role' AND NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 't_' || replace(w.id::text, '-', '')))`,
      [target],
    );
  }

  /** Roles that wait for a schema, locked until the transaction ends. The ids, those of the oldest first. */
  async roles(client: pg.ClientBase, most: number): Promise<string[]> {
    const { rows } = await client.query<{ id: string }>(
      `SELECT id FROM platform.warm_schema WHERE status = 'role' ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED`,
      [most],
    );
    return rows.map(({ id }) => id);
  }

  async addRoles(client: pg.ClientBase, ids: readonly string[]): Promise<void> {
    await client.query(`INSERT INTO platform.warm_schema (id, status) SELECT unnest($1::uuid[]), 'role'`, [ids]);
  }

  /** What were roles only have schemas now. */
  async filled(
    client: pg.ClientBase,
    ids: readonly string[],
    status: 'making' | 'ready',
    migrationSet: string,
  ): Promise<void> {
    await client.query(
      `UPDATE platform.warm_schema SET status = $2, migration_set = $3, made_at = now(), changed_at = now()
       WHERE id = ANY ($1::uuid[])`,
      [ids, status, migrationSet],
    );
  }

  async mark(client: pg.ClientBase, id: string, status: 'ready' | 'broken'): Promise<void> {
    await client.query(
      `UPDATE platform.warm_schema SET status = $2, changed_at = now() WHERE id = $1 AND status <> 'claimed'`,
      [id, status],
    );
  }

  private ids(sql: string, values: unknown[]): Promise<string[]> {
    return this.owner.withClient(async (client) =>
      (await client.query<{ id: string }>(sql, values)).rows.map(({ id }) => id),
    );
  }
}
