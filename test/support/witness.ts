import type { TestDatabase } from './test-database.js';

/** Which changes were written in one transaction. */
export interface Witness {
  /** Changes, as `tenant UPDATE`, in the transaction that wrote the event. */
  besideEvent(id: string): Promise<string[]>;
}

/** Has Postgres write down the transaction of every change of these tables, and of every event. */
export async function watchTransactions({ admin }: TestDatabase, tables: readonly string[]): Promise<Witness> {
  await admin('CREATE SCHEMA witness');
  await admin('CREATE TABLE witness.seen (tx text, what text, event_id uuid)');
  await admin(`
    CREATE FUNCTION witness.see() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
    BEGIN
      INSERT INTO witness.seen VALUES (pg_current_xact_id()::text, TG_TABLE_NAME || ' ' || TG_OP,
        CASE WHEN TG_TABLE_NAME = 'event' THEN (to_jsonb(NEW) ->> 'id')::uuid END);
      RETURN NULL;
    END $$`);
  await admin('REVOKE EXECUTE ON FUNCTION witness.see() FROM PUBLIC'); // the start looks for such
  for (const table of ['platform.event', ...tables]) {
    const triggered = `AFTER INSERT OR UPDATE OR DELETE ON ${table} FOR EACH ROW EXECUTE FUNCTION witness.see()`;
    await admin(`CREATE TRIGGER witness ${triggered}`);
  }
  return {
    besideEvent: async (id) => {
      const rows = await admin<{ what: string }>(
        `SELECT DISTINCT o.what FROM witness.seen e JOIN witness.seen o USING (tx) WHERE e.event_id = $1 AND o.event_id IS NULL`,
        [id],
      );
      return rows.map(({ what }) => what);
    },
  };
}
