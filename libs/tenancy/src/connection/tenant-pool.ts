import { EventEmitter } from 'node:events';
import pg from 'pg';
import { isInitializing, sharedTransaction, TenantContext } from '../context/tenant-context.js';
import { TenantContextMissing } from '../context/tenant-context.errors.js';
import type { Tenant } from '../context/tenant.js';
import { TransactionLease } from '../transaction/transaction-lease.js';
import { TenantEntryDenied } from './connection.errors.js';
import { isConnectionLost } from './lost-connection.js';
import type { Placement, TenantServer } from './placement.js';
import { TenantClient } from './tenant-client.js';

type PoolCallback = Parameters<pg.Pool['connect']>[0];

export interface TenantPoolOptions {
  readonly placement: Placement;
  /** Connections to each server. */
  readonly max: number;
  /** A connection that has served more tenants than this is closed when it comes back, which bounds its memory. */
  readonly tenantsPerConnection: number;
  readonly preparedEntering: boolean;
  readonly applicationName?: string;
  /** How long to wait for a free connection, in milliseconds. */
  readonly connectionTimeoutMillis?: number;
}

type Release = (error?: Error | boolean) => void;
type Connected = (
  error: Error | undefined,
  client: TenantClient | TransactionLease | undefined,
  release: Release,
) => void;

const context = new TenantContext();

/**
 * Milliseconds between attempts to have a connection: as long as a pooler takes to restart. Nothing has been sent by then,
 * so that the caller's statement waits and is not repeated.
 */
const PAUSES = [50, 100, 200, 400, 400] as const;

/** Connections tried besides the first: few, because one that is refused is closed, and a suspended tenant is refused by all. */
const RETRIES = 3;

/**
 * What TypeORM takes for pg's Pool: hands out a connection to the server on which the current tenant lives. A
 * connection that comes back inside a transaction, or with a statement still under way, is closed instead of reused.
 * Inside a shared transaction it hands out leases of that one's connection.
 */
export class TenantPool extends EventEmitter {
  private readonly pools = new Map<string, pg.Pool>();
  private readonly lent = new WeakSet<TenantClient>();
  private recycledCount = 0;

  constructor(private readonly options: TenantPoolOptions) {
    super();
  }

  connect(callback: Connected): void {
    const tenant = context.find();
    if (!tenant && !isInitializing()) {
      process.nextTick(callback, new TenantContextMissing(), undefined, () => undefined);
      return;
    }
    const transaction = sharedTransaction();
    if (transaction && this.lent.has(transaction.client)) {
      const lease = new TransactionLease(transaction);
      process.nextTick(callback, undefined, lease, () => lease.release());
      return;
    }
    const { placement, max } = this.options;
    const pool = this.poolOf(tenant ? placement.serverOf(tenant) : placement.first);
    this.checkOut(pool, tenant, Math.min(max, RETRIES), callback);
  }

  /**
   * A connection that is new to the tenant first shows that it can enter. Postgres keeps a list of each role's
   * memberships per backend, and one that is being made while a GRANT arrives may lack it until the next; such a backend
   * is closed and another asked, so that a new tenant does not depend on which connection it meets.
   *
   * @param more how many other connections to try
   */
  private checkOut(pool: pg.Pool, tenant: Tenant | undefined, more: number, callback: Connected): void {
    connectPatiently(pool, 0, (error, connected, release) => {
      if (error || !connected) return callback(error ?? new Error('No connection.'), undefined, () => undefined);
      const client = connected as unknown as TenantClient;
      this.lent.add(client);
      const lend = () => callback(undefined, client, (fault) => release(fault ?? this.isSpent(client)));
      if (!tenant || client.served.has(tenant.id)) return lend();
      const entered = context.run(tenant, () => client.query('SELECT 1') as Promise<unknown>);
      entered.then(lend, (refusal: Error) => {
        client.served.delete(tenant.id);
        release(true);
        if (more > 0 && (refusal instanceof TenantEntryDenied || isConnectionLost(refusal)))
          this.checkOut(pool, tenant, more - 1, callback);
        else callback(refusal, undefined, () => undefined);
      });
    });
  }

  end(callback: (error?: Error) => void): void {
    Promise.all([...this.pools.values()].map((pool) => pool.end())).then(
      () => callback(),
      (error: Error) => callback(error),
    );
  }

  /** Connections by what they do: open, idle, and callers waiting for one. */
  get counts(): { total: number; idle: number; waiting: number } {
    const pools = [...this.pools.values()];
    const sum = (of: (pool: pg.Pool) => number) => pools.reduce((total, pool) => total + of(pool), 0);
    return { total: sum((p) => p.totalCount), idle: sum((p) => p.idleCount), waiting: sum((p) => p.waitingCount) };
  }

  /** Connections closed so far because they had served enough tenants. */
  get recycled(): number {
    return this.recycledCount;
  }

  private isSpent(client: TenantClient): boolean {
    const isFull = client.served.size > this.options.tenantsPerConnection;
    if (isFull) this.recycledCount += 1;
    return isFull || !client.isClean;
  }

  private poolOf(server: TenantServer): pg.Pool {
    const known = this.pools.get(server.name);
    if (known) return known;
    const { max, preparedEntering, applicationName, connectionTimeoutMillis } = this.options;
    const config = {
      connectionString: server.url,
      max,
      preparedEntering,
      application_name: applicationName,
      connectionTimeoutMillis,
      Client: TenantClient,
    };
    const pool = new pg.Pool(config);
    pool.on('error', (error) => this.emit('error', error));
    // While a connection shows that it can enter, nobody else listens yet, and the error would end this process.
    pool.on('connect', (client) => client.on('error', () => undefined));
    this.pools.set(server.name, pool);
    return pool;
  }
}

function connectPatiently(pool: pg.Pool, attempt: number, callback: PoolCallback): void {
  pool.connect((error, client, release) => {
    const pause = PAUSES[attempt];
    if (!error || pause === undefined || !isConnectionLost(error)) return callback(error, client, release);
    setTimeout(() => connectPatiently(pool, attempt + 1, callback), pause);
  });
}
