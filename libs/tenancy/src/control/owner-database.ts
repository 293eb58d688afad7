import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';

/**
 * Connections as the owner of every schema: for DDL only, that is migrations and provisioning. Direct, never through a
 * pooler, because operations hold session locks.
 */
@Injectable()
export class OwnerDatabase implements OnApplicationShutdown {
  private readonly pool: pg.Pool;

  constructor(readonly url: string) {
    this.pool = new pg.Pool({
      connectionString: url,
      max: 4,
      idleTimeoutMillis: 10_000,
      application_name: 'tenantry owner',
    });
    // An idle connection that the server closes is replaced at the next use; the error concerns nobody.
    this.pool.on('error', () => undefined);
  }

  /** Lends a connection; one that comes back after an error is closed, whatever state it is in. */
  async withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    try {
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  /** Runs the work in one transaction. */
  transaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    return this.withClient((client) => inTransaction(client, () => work(client)));
  }

  async onApplicationShutdown(): Promise<void> {
    if (!this.pool.ending) await this.pool.end();
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
