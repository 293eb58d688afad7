import pg from 'pg';
import type { TestDatabase } from './test-database.js';

/** Keeps everybody else from writing to a table; what is given lets them. */
export async function holdTable(database: TestDatabase, table: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('BEGIN');
  await client.query(`LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE`);
  return () => client.end();
}
