import pg from 'pg';

/**
 * What makes the text of every value the same wherever it is written and read, keeps rows in the order in which they
 * lie, and makes a policy that would hide rows an error.
 */
const FORMATS = `
  SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET bytea_output = 'hex'; SET extra_float_digits = 1;
  SET lc_monetary = 'C'; SET xmloption = 'content'; SET client_encoding = 'UTF8'; SET timezone = 'UTC';
  SET row_security = off; SET synchronize_seqscans = off; SET statement_timeout = 0; SET lock_timeout = '10s'`;

/** Runs the work on a connection that nobody shares: what takes long must not keep one of a pool. */
export async function withOwnConnection<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'tenantry archive' });
  client.on('error', () => undefined); // whoever waits for a query hears of it
  await client.connect();
  try {
    await client.query(FORMATS);
    return await work(client);
  } finally {
    await client.end();
  }
}
