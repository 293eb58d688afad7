import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';

/**
 * Connections as the owner of every schema: for DDL only, that is migrations and provisioning. Direct, never through a
 * pooler, because operations hold session locks.
 */
@Injectable()
export class OwnerDatabase implements OnApplicationShutdown {
  private readonly pool: pg.Pool;
  /** For what holds a connection while it uses the other pool: of one pool, enough at once would wait for each other. */
  private readonly operations: pg.Pool;

  constructor(readonly url: string) {
    this.pool = openPool(url, 'tenantry owner');
    this.operations = openPool(url, 'tenantry operation');
  }

  /** Lends a connection; one that comes back after an error is closed, whatever state it is in. */
  withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    return lend(this.pool, work);
  }

  /** Lends a connection for a whole operation, whose steps may use `withClient` and `transaction`. */
  withOperationClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    return lend(this.operations, work);
  }

  /** Runs the work in one transaction. */
  transaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    return this.withClient((client) => inTransaction(client, () => work(client)));
  }

  async onApplicationShutdown(): Promise<void> {
    for (const pool of [this.pool, this.operations]) if (!pool.ending) await pool.end();
  }
}

/** A pool of a few connections beside the DataSources. */
export function openPool(url: string, name: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    idleTimeoutMillis: 10_000,
    connectionTimeoutMillis: 30_000,
    application_name: name,
  });
  // An idle connection that the server closes is replaced at the next use; the error concerns nobody.
  pool.on('error', () => undefined);
  // Of one that is lent, whoever has it hears by the query. Without a listener the error would end this process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

async function lend<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    const result = await work(client);
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** Runs the work in a transaction of this connection. */
export async function inTransaction<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined); // the first error is the one to report
    throw error;
  }
}
