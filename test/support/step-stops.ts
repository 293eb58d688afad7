import pg from 'pg';
import { eventually } from './eventually.js';
import { isGone } from './holder.js';
import type { TestDatabase } from './test-database.js';

/** Number of the advisory lock at which operations are held up. */
const LOCK = 77_001;

/**
 * Holds operations up at the end of a step, before it is recorded: by a trigger on the operations' own table, so that
 * the program knows nothing of it. There a server can be killed.
 */
export class StepStops {
  private constructor(
    private readonly database: TestDatabase,
    private readonly holder: pg.Client,
  ) {}

  static async plant(database: TestDatabase): Promise<StepStops> {
    await database.admin('CREATE TABLE public.stop (kind text, step text)');
    await database.admin('GRANT SELECT ON public.stop TO PUBLIC'); // the trigger runs as who writes the step
    await database.admin(
      `CREATE FUNCTION public.stop_at_step() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF EXISTS (SELECT FROM public.stop s WHERE s.kind = NEW.kind AND s.step = NEW.steps -> -1 ->> 'name') THEN
           PERFORM pg_advisory_xact_lock(${LOCK});
         END IF;
         RETURN NEW;
       END $$`,
    );
    await database.admin(
      `CREATE TRIGGER stop_at_step BEFORE UPDATE OF steps ON platform.tenant_operation
       FOR EACH ROW EXECUTE FUNCTION public.stop_at_step()`,
    );
    const holder = new pg.Client({ connectionString: database.url });
    holder.on('error', () => undefined); // it ends with the database
    await holder.connect();
    await holder.query(`SELECT pg_advisory_lock(${LOCK})`);
    return new StepStops(database, holder);
  }

  async at(kind: string, step: string): Promise<void> {
    await this.database.admin('INSERT INTO public.stop (kind, step) VALUES ($1, $2)', [kind, step]);
  }

  /** Resolves when this many operations are held up. */
  reached(count: number): Promise<void> {
    return eventually(`${count} are held up`, async () => (await this.waiting()).length >= count);
  }

  /** Lets operations run again. Those that were held up end as their process did: undone. */
  async clear(): Promise<void> {
    await this.database.admin('DELETE FROM public.stop');
    const pids = (await this.waiting()).map(({ pid }) => pid);
    for (const pid of pids) await this.database.admin('SELECT pg_terminate_backend($1)', [pid]);
    await eventually('they are gone, with all that they held', () => isGone(this.database, ...pids));
  }

  /** Lets operations run on, those too that were held up. */
  async release(): Promise<void> {
    await this.database.admin('DELETE FROM public.stop');
    await this.holder.query(`SELECT pg_advisory_unlock(${LOCK})`);
    await eventually('nothing is held up', async () => (await this.waiting()).length === 0);
    await this.holder.query(`SELECT pg_advisory_lock(${LOCK})`);
  }

  async end(): Promise<void> {
    await this.holder.end();
  }

  private waiting(): Promise<{ pid: number }[]> {
    return this.database.admin<{ pid: number }>(
      `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = ${LOCK} AND NOT granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
  }
}
