import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

export interface WorkerConnectionOptions {
  readonly url: string;
  /** Milliseconds. */
  readonly lockTimeout: number;
  /** Milliseconds that a statement of a migration may take; 0 for none. */
  readonly statementTimeout: number;
}

const RECONNECTS = 8;

/** A connection of one worker, replaced when it breaks: Postgres may restart while a fleet is migrated. */
export class WorkerConnection {
  private client?: pg.Client;

  constructor(private readonly options: WorkerConnectionOptions) {}

  /** @throws when no connection can be had for about half a minute */
  async get(): Promise<pg.Client> {
    for (let attempt = 1; ; attempt += 1) {
      if (this.client) return this.client;
      try {
        this.client = await this.open();
      } catch (error) {
        if (attempt >= RECONNECTS) throw error;
        await pause(100 * 2 ** attempt);
      }
    }
  }

  /** Does what is no migration: the limit on their statements is none of its. */
  async unlimited<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = await this.get();
    if (this.options.statementTimeout === 0) return work(client);
    await client.query('SET statement_timeout = 0');
    try {
      return await work(client);
    } finally {
      await client.query('RESET statement_timeout').catch(() => undefined); // a connection that is lost is replaced
    }
  }

  async close(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    await client?.end().catch(() => undefined); // it may be dead already
  }

  private async open(): Promise<pg.Client> {
    const { url, lockTimeout, statementTimeout } = this.options;
    const client = new pg.Client({
      connectionString: url,
      application_name: 'tenantry migrate',
      connectionTimeoutMillis: 10_000,
      options: `-c lock_timeout=${lockTimeout} -c statement_timeout=${statementTimeout}`,
    });
    // Whoever is using it hears by the query. Without a listener the error would end this process.
    client.on('error', () => this.lost(client));
    client.on('end', () => this.lost(client));
    await client.connect();
    return client;
  }

  private lost(client: pg.Client): void {
    if (this.client === client) this.client = undefined;
  }
}
