import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { eventually } from './eventually.js';

/** The embedded Postgres of a server that runs as a process of its own, seen by a superuser. */
export class EmbeddedDatabase {
  /** @param folder the server's data folder */
  constructor(private readonly folder: string) {}

  /** A connection that ends with the server. */
  async connect(): Promise<pg.Client> {
    const password = (await readFile(join(this.folder, 'postgres.password'), 'utf8')).trim();
    const { port } = await this.postmaster();
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', password, database: 'tenantry' });
    client.on('error', () => undefined); // the query tells
    await client.connect();
    return client;
  }

  async query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]> {
    const client = await this.connect();
    try {
      return (await client.query<Row>(sql, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** @returns what resolves when Postgres has broken off the connections that there are now, and takes new ones */
  async restartWitness(): Promise<() => Promise<void>> {
    const witness = await this.connect();
    const broken = new Promise<void>((resolve) => witness.once('end', () => resolve()));
    return async () => {
      await broken;
      await eventually('Postgres is back', async () => {
        const back = await this.connect().catch(() => undefined);
        await back?.end();
        return back !== undefined;
      });
    };
  }

  async killPostmaster(): Promise<void> {
    process.kill((await this.postmaster()).pid, 'SIGKILL');
  }

  /** After which Postgres ends all others as well, for it cannot know what that one left behind. */
  async killBackend(): Promise<void> {
    const [backend] = await this.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE usename = 'tenantry_app' ORDER BY state = 'active' DESC LIMIT 1`,
    );
    if (!backend) throw new Error('No tenant has a connection.');
    process.kill(backend.pid, 'SIGKILL');
  }

  private async postmaster(): Promise<{ pid: number; port: number }> {
    const lines = (await readFile(join(this.folder, 'postgres/postmaster.pid'), 'utf8')).split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]) };
  }
}
