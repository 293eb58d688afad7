import pg from 'pg';
import { eventually } from './eventually.js';
import type { TestDatabase } from './test-database.js';

/** Number of the advisory lock at which rows are held up. */
const LOCK = 77_002;
/** Title of the note that does not get in. */
export const HELD_TITLE = 'held here';

/**
 * Holds the loading of notes up in the middle: a table that is made from now on has a check that waits at one row. The
 * program knows nothing of it.
 */
export class HeldRows {
  private constructor(
    private readonly database: TestDatabase,
    private readonly holder: pg.Client,
  ) {}

  static async plant(database: TestDatabase): Promise<HeldRows> {
    await database.admin(
      `CREATE FUNCTION public.let_in(title text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
         IF title = '${HELD_TITLE}' THEN PERFORM pg_advisory_xact_lock_shared(${LOCK}); END IF; RETURN true; END $$`,
    );
    await database.admin(
      `CREATE FUNCTION public.plant() RETURNS event_trigger LANGUAGE plpgsql AS $$ DECLARE made record; BEGIN
         FOR made IN SELECT * FROM pg_event_trigger_ddl_commands() WHERE object_identity LIKE '%.note' LOOP
           EXECUTE 'ALTER TABLE ' || made.object_identity || ' ADD CONSTRAINT planted CHECK (public.let_in(title))';
         END LOOP; END $$`,
    );
    await database.admin(
      `CREATE EVENT TRIGGER planted ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION public.plant()`,
    );
    const holder = new pg.Client({ connectionString: database.url });
    holder.on('error', () => undefined); // it ends with the database
    await holder.connect();
    await holder.query(`SELECT pg_advisory_lock(${LOCK})`);
    return new HeldRows(database, holder);
  }

  /** Resolves when this many loadings are held up, each with rows that are in already. */
  reached(count: number): Promise<void> {
    return eventually(`${count} are held up between two rows`, async () => {
      const held = await this.database.admin(
        `SELECT FROM pg_stat_progress_copy p JOIN pg_locks l ON l.pid = p.pid
           WHERE p.datname = current_database() AND l.locktype = 'advisory' AND l.objid = ${LOCK} AND NOT l.granted AND p.tuples_processed > 0`,
      );
      return held.length === count;
    });
  }

  /** Lets all rows in, and tables be made as ever. */
  async end(): Promise<void> {
    await this.database.admin('DROP EVENT TRIGGER planted');
    await this.holder.end();
  }
}
