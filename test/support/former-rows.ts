/** A row or two for each table of a tenant, in an order in which they may be written. */
const ROWS: Record<string, string> = {
  user_account: `(email, name, roles) VALUES ('owner@former.example', 'Owner', '{owner}'), ('other@former.example', 'Other', '{}')`,
  user_session: `(id, user_id, generation, rotated_at, expires_at) SELECT uuidv7(), id, 1, now(), now() FROM user_account`,
  invitation: `(id, user_id, token_hash, expires_at) SELECT uuidv7(), id, email, now() FROM user_account`,
  idempotency_key: `(id, fingerprint, answer, used_at) VALUES ('key', 'fingerprint', 'answer', now())`,
  note: `(title, body) VALUES ('of a former release', ''), ('another', 'text')`,
  customer_order: `(number, customer_name, customer_email, currency) VALUES ('1', 'A', 'a@former.example', 'EUR'), ('2', 'B', 'b@former.example', 'EUR')`,
  order_line: `(order_id, product, quantity, unit_price) SELECT id, 'Chair', 2, 10.5 FROM customer_order`,
};

type Send = (sql: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;

const tablesOf = async (send: Send, schema: string) =>
  (
    await send(
      `SELECT relname::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = to_regnamespace($1) ORDER BY 1`,
      [schema],
    )
  ).map(({ name }) => String(name));

/**
 * Writes rows into the tables that there are.
 *
 * @param send has the schema, and that of the functions, in its search_path
 */
export async function addFormerRows(send: Send, schema: string): Promise<void> {
  const tables = await tablesOf(send, schema);
  const unknown = tables.filter((name) => !(name in ROWS));
  if (unknown.length > 0) throw new Error(`Which rows did former releases have in ${unknown.join(', ')}?`);
  for (const [table, rows] of Object.entries(ROWS)) {
    if (tables.includes(table)) await send(`INSERT INTO ${schema}.${table} ${rows} ON CONFLICT DO NOTHING`);
  }
}

/** Every row of every table, by table. */
export async function rowsOf(send: Send, schema: string): Promise<Record<string, unknown[]>> {
  const content: Record<string, unknown[]> = {};
  for (const table of await tablesOf(send, schema)) {
    const rows = await send(`SELECT to_jsonb(x) AS row FROM ${schema}.${table} x ORDER BY x::text`);
    content[table] = rows.map(({ row }) => row);
  }
  return content;
}
