import pg from 'pg';
import { onTestFinished } from 'vitest';
import { eventually } from './eventually.js';
import type { TestDatabase } from './test-database.js';

/** Somebody who waits for a lock. */
export type Waiter = {
  readonly pid: number;
  /** What it waits with. */
  readonly query: string;
};

/** Whether these backends have ended, and so hold no lock any more; one that is being ended waits for nothing and still holds. */
export async function isGone(database: TestDatabase, ...pids: readonly number[]): Promise<boolean> {
  return (await database.admin('SELECT FROM pg_stat_activity WHERE pid = ANY($1)', [pids])).length === 0;
}

/**
 * A transaction of its own that holds what others need. It ends with its test at the latest: one that fails must not
 * hold up what comes after it.
 */
export class Holder {
  private constructor(
    private readonly database: TestDatabase,
    private readonly client: pg.Client,
    private readonly pid: number,
  ) {}

  /** @param sql takes the locks */
  static async of(database: TestDatabase, sql: string): Promise<Holder> {
    const client = new pg.Client({ connectionString: database.url });
    client.on('error', () => undefined); // it may end with the database
    await client.connect();
    onTestFinished(() => client.end());
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await client.query(`BEGIN; ${sql}`);
    return new Holder(database, client, rows[0]?.pid ?? 0);
  }

  /** Runs SQL in the transaction. */
  async query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]> {
    return (await this.client.query<Row>(sql, values)).rows;
  }

  /** Those who wait for this transaction, also those behind one another; none of those who wait for anybody else. */
  waiting(): Promise<Waiter[]> {
    return this.database.admin<Waiter>(
      `WITH RECURSIVE blocked AS MATERIALIZED (
         SELECT pid, query, pg_blocking_pids(pid) AS by FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'
       ), waiter AS (
         SELECT pid, query FROM blocked WHERE $1 = ANY(by)
         UNION SELECT b.pid, b.query FROM blocked b JOIN waiter w ON w.pid = ANY(b.by)
       ) SELECT pid, query FROM waiter ORDER BY pid`,
      [this.pid],
    );
  }

  /** Resolves when this many at least wait for it. */
  reached(what: string, count = 1, deadline?: number): Promise<void> {
    return eventually(what, async () => (await this.waiting()).length >= count, deadline);
  }

  /** Lets others go on: with what it wrote, or, when it is only ended, without. */
  async release(how: 'COMMIT' | 'ROLLBACK' = 'ROLLBACK'): Promise<void> {
    await this.client.query(how);
    await this.client.end();
  }
}
