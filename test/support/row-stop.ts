import pg from 'pg';
import { eventually } from './eventually.js';
import type { TestDatabase } from './test-database.js';

/** Number of the advisory lock at which a row is held up. */
const LOCK = 77_002;

/** Holds a COPY into a table of notes up at one row, by a rule of the table that waits for a lock. */
export class RowStop {
  private constructor(
    private readonly database: TestDatabase,
    private readonly holder: pg.Client,
    private readonly table: string,
  ) {}

  static async plant(database: TestDatabase, table: string, title: string): Promise<RowStop> {
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    await holder.query(`SELECT pg_advisory_lock(${LOCK})`);
    await database.admin(
      `CREATE FUNCTION public.held_up() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS $$
       BEGIN
         PERFORM pg_advisory_xact_lock_shared(${LOCK});
         RETURN true;
       END $$`,
    );
    await database.admin(
      `ALTER TABLE ${table} ADD CONSTRAINT held_up CHECK (title <> ${pg.escapeLiteral(title)} OR public.held_up())`,
    );
    return new RowStop(database, holder, table);
  }

  reached(): Promise<void> {
    return eventually('the row is held up', async () => (await this.waiting()).length === 1);
  }

  /** Lets rows pass from now on. */
  async clear(): Promise<void> {
    await this.holder.end();
    await eventually('what was held up is over', async () => {
      const copying = `SELECT FROM pg_stat_activity WHERE application_name = 'tenantry archive' AND datname = current_database()`;
      return (await this.database.admin(copying)).length === 0;
    });
    await this.database.admin(`ALTER TABLE ${this.table} DROP CONSTRAINT held_up`);
    await this.database.admin('DROP FUNCTION public.held_up()'); // a server would not start over such a function
  }

  private waiting(): Promise<unknown[]> {
    return this.database.admin(
      `SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = ${LOCK} AND NOT granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
  }
}
