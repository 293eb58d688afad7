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

/** Keeps everybody else from an advisory lock; what is given lets them. */
export async function holdLock(database: TestDatabase, key: number): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('SELECT pg_advisory_lock($1)', [key]);
  return () => client.end();
}
