import pg from 'pg';

/** Key space of the advisory locks that tell which workers live: odd, apart from the operations' own. */
const PRESENCE_LOCK = 0x7a5d;
const RECONNECT = 500;

/** Workers that hold tickets although no session holds their lock. */
const ABSENT = `
  SELECT DISTINCT locked_by AS id FROM tenantry_worker._private_jobs j
  WHERE locked_by IS NOT NULL AND NOT EXISTS (
    SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND l.classid = ${PRESENCE_LOCK} AND l.objid = hashtext(j.locked_by)::bit(32)::bigint::oid)`;

/**
 * Shows the others that this process's worker lives, by a lock that ends with its session. Tickets of workers that have
 * none, seen twice in a row, are let go: graphile-worker itself would wait four hours for them.
 */
export class Presence {
  private client?: pg.Client;
  private timer?: NodeJS.Timeout;
  private absent: ReadonlySet<string> = new Set();
  private closed = false;

  constructor(
    private readonly url: string,
    private readonly workerId: string,
  ) {}

  async open(): Promise<void> {
    const client = new pg.Client({ connectionString: this.url, application_name: 'tenantry worker', keepAlive: true });
    client.on('error', () => this.lost(client));
    client.on('end', () => this.lost(client));
    try {
      await client.connect();
      await client.query('SELECT pg_advisory_lock($1, hashtext($2))', [PRESENCE_LOCK, this.workerId]);
    } catch (error) {
      await client.end().catch(() => undefined); // the first error is the one to report
      throw error;
    }
    if (this.closed) return void (await client.end());
    this.client = client;
  }

  /** Lets go of what workers left that were absent at the last look as well. */
  async releaseAbsent(): Promise<number> {
    const { client } = this;
    if (!client) return 0;
    const { rows } = await client.query<{ id: string }>(ABSENT);
    const gone = rows.map(({ id }) => id).filter((id) => this.absent.has(id) && id !== this.workerId);
    this.absent = new Set(rows.map(({ id }) => id));
    if (gone.length > 0) await client.query('SELECT tenantry_worker.force_unlock_workers($1)', [gone]);
    return gone.length;
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.client?.end().catch(() => undefined); // it is dead already
  }

  private lost(client: pg.Client): void {
    if (client !== this.client) return;
    this.client = undefined;
    this.absent = new Set();
    this.reconnect();
  }

  private reconnect(): void {
    if (this.closed) return;
    this.timer = setTimeout(() => void this.open().catch(() => this.reconnect()), RECONNECT).unref();
  }
}
