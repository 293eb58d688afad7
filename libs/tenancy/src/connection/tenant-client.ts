import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';
import { isInitializing, TenantContext } from '../context/tenant-context.js';
import { TenantContextMissing } from '../context/tenant-context.errors.js';
import { StatementRefused } from './connection.errors.js';
import { Entering } from './entering.js';
import { Entry, type Door } from './entry.js';
import { readStatement } from './statement.js';
import { isSubmittable, textOf, type QueryInput } from './statement-text.js';
import { enterBefore, TenantQuery } from './tenant-query.js';
import { TransactionState } from './transaction-state.js';
import type { ClientInternals, QueryCallback, Submittable, Wire } from './wire.js';

export interface TenantClientConfig extends pg.ClientConfig {
  /** Keep the entering statement prepared on the connection; false through a pooler that does not track them. */
  readonly preparedEntering?: boolean;
}

const context = new TenantContext();

/** Runs work outside every tenant, whoever asks for it: taken while the module loads, before there is one. */
const outside = AsyncLocalStorage.snapshot() as (work: () => unknown) => unknown;

type ConnectCallback = ((error: Error) => void) | ((error: null, client: pg.Client) => void);

/**
 * The one way into tenants' data: a pg client that runs every statement in the schema and under the role of the tenant
 * that is current at the moment of the call, and sends nothing when there is none.
 *
 * Statements always use the extended protocol, unnamed: a string cannot hold a second statement, and no plan is shared
 * between tenants whose tables differ while a migration is under way.
 *
 * @since 0.1.0
 */
export class TenantClient extends pg.Client {
  /** Tenants this connection has served; Postgres keeps a cache entry per relation each of them touched. */
  readonly served = new Set<string>();
  private isSpoilt = false;
  private readonly door: Door;

  constructor(config: TenantClientConfig = {}) {
    super(config);
    this.door = {
      entering: new Entering(this.internals.connection, config.preparedEntering ?? true),
      transaction: new TransactionState(this.internals),
      spoil: () => (this.isSpoilt = true),
    };
  }

  /** Whether the connection is outside any transaction with nothing under way, and so may serve somebody else. */
  get isClean(): boolean {
    const { readyForQuery, _queryQueue, _activeQuery } = this.internals;
    const isIdle = readyForQuery === true && !_activeQuery && _queryQueue.length === 0;
    return isIdle && !this.isSpoilt && this.internals.getTransactionStatus() === 'I';
  }

  get isInTransaction(): boolean {
    const status = this.internals.getTransactionStatus();
    return status === 'T' || status === 'E';
  }

  /** Whether the open transaction can only be undone any more. */
  get hasFailed(): boolean {
    return this.internals.getTransactionStatus() === 'E';
  }

  /** For a query object that is told of an error before it was sent. */
  get wire(): Wire {
    return this.internals.connection;
  }

  /**
   * Opens the socket outside every tenant: its events carry the context it was opened in, and must not lend the tenant
   * of whoever needed a connection first to what runs in a callback of somebody else.
   */
  override connect(): Promise<pg.Client>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<pg.Client> | undefined {
    return outside(() => (callback ? super.connect(callback) : super.connect())) as Promise<pg.Client> | undefined;
  }

  // pg declares a dozen overloads; TypeORM and pg-query-stream use the three shapes handled here.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the return type depends on the overload
  override query(input: QueryInput, values?: unknown, callback?: unknown): any {
    const done = [values, callback].find((each): each is QueryCallback => typeof each === 'function');
    const bound = done && AsyncLocalStorage.bind<QueryCallback>(done);
    const cursor = isSubmittable(input) ? input : undefined;
    const tenant = context.find();
    if (!tenant) {
      if (isInitializing() && typeof input === 'string') return super.query(input, values as unknown[], bound as never);
      return refuse(new TenantContextMissing(), cursor, bound);
    }
    const kind = readStatement(textOf(input));
    if (!kind) return refuse(new StatementRefused(), cursor, bound);
    this.served.add(tenant.id);
    const entry = new Entry(this.door, tenant, kind);
    if (isSubmittable(input)) return super.query(enterBefore(input, entry) as never, bound as never);
    const query = new TenantQuery(entry, input, Array.isArray(values) ? values : undefined);
    if (bound) return super.query(query as never, bound as never);
    return new Promise((resolve, reject) => {
      const settle: QueryCallback = (error, result) => (error ? reject(error) : resolve(result));
      void super.query(query as never, settle as never);
    });
  }

  private get internals(): ClientInternals {
    return this as unknown as ClientInternals;
  }
}

function refuse(error: Error, query: Submittable | undefined, done: QueryCallback | undefined): unknown {
  if (query) {
    process.nextTick(() => query.handleError(error, undefined as never));
    return query;
  }
  if (!done) return Promise.reject(error);
  process.nextTick(() => done(error, undefined));
  return undefined;
}
