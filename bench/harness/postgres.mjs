import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@tenantry/embedded';
import pg from 'pg';
import { cpuOfFamily, parentOf, privateMemory } from './processes.mjs';

/** The Postgres of a run: the embedded one, as durable as in production. */
export class Postgres {
  #server;
  #postmaster;

  static async start(folder) {
    const server = await startEmbeddedPostgres({
      dataDir: join(folder, 'postgres'),
      settings: { max_connections: 500 },
    });
    const postgres = new Postgres(server);
    await postgres.using(server.url, async (client) => {
      const { rows } = await client.query("SELECT pg_backend_pid() AS pid, split_part(version(), ' ', 2) AS version");
      postgres.#postmaster = await parentOf(rows[0].pid);
      postgres.version = rows[0].version;
    });
    return postgres;
  }

  constructor(server) {
    this.#server = server;
  }

  /** Makes a database of its own and gives its address for the superuser. */
  async createDatabase() {
    const name = `bench_${randomBytes(4).toString('hex')}`;
    await this.using(this.#server.url, (client) => client.query(`CREATE DATABASE ${name}`));
    const url = new URL(this.#server.url);
    url.pathname = `/${name}`;
    return url.href;
  }

  async using(url, work) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  /** CPU time in microseconds that all of Postgres has used so far. */
  cpu() {
    return this.#postmaster === undefined ? undefined : cpuOfFamily(this.#postmaster);
  }

  /** Connections with this application name, with the memory that is each one's own. */
  async backends(applicationName) {
    const pids = await this.using(this.#server.url, async (client) => {
      const query = 'SELECT pid FROM pg_stat_activity WHERE application_name = $1';
      return (await client.query(query, [applicationName])).rows.map(({ pid }) => pid);
    });
    return Promise.all(pids.map(async (pid) => ({ pid, memory: await privateMemory(pid) })));
  }

  /** So that neither a checkpoint nor an autovacuum of what was just filled falls into a measurement. */
  async settle(url) {
    await this.using(url, (client) => client.query('VACUUM ANALYZE'));
    await this.using(url, (client) => client.query('CHECKPOINT'));
  }

  stop() {
    return this.#server.stop();
  }
}
