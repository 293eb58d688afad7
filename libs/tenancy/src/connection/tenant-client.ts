import pg from 'pg';
import { isInitializing, TenantContext } from '../context/tenant-context.js';
import { TenantContextMissing } from '../context/tenant-context.errors.js';
import { StatementRefused } from './connection.errors.js';
import { Entering } from './entering.js';
import { readStatement } from './statement.js';
import { enterBefore, TransactionState } from './tenant-statement.js';
import type { ClientInternals, QueryCallback, QueryConstructor, Submittable } from './wire.js';

export interface TenantClientConfig extends pg.ClientConfig {
  /** Keep the entering statement prepared on the connection; false through a pooler that does not track them. */
  readonly preparedEntering?: boolean;
}

const Query = pg.Query as unknown as QueryConstructor;
const context = new TenantContext();

type QueryInput = string | pg.QueryConfig | Submittable;

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
  private readonly entering: Entering;
  private readonly transaction: TransactionState;

  constructor(config: TenantClientConfig = {}) {
    super(config);
    this.entering = new Entering(this.internals.connection, config.preparedEntering ?? true);
    this.transaction = new TransactionState(this.internals);
  }

  /** Whether the connection is outside any transaction with nothing under way, and so may serve somebody else. */
  get isClean(): boolean {
    const { readyForQuery, _queryQueue, _activeQuery } = this.internals;
    return (
      readyForQuery === true &&
      !_activeQuery &&
      _queryQueue.length === 0 &&
      this.internals.getTransactionStatus() === 'I'
    );
  }

  // pg declares a dozen overloads; TypeORM and pg-query-stream use the three shapes handled here.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the return type depends on the overload
  override query(input: QueryInput, values?: unknown, callback?: unknown): any {
    const query = isSubmittable(input) ? input : undefined;
    const done = [values, callback].find((each): each is QueryCallback => typeof each === 'function');
    const tenant = context.find();
    if (!tenant) {
      if (isInitializing()) return super.query(input as string, values as unknown[], done as never);
      return refuse(new TenantContextMissing(), query, done);
    }
    const kind = readStatement(textOf(input));
    if (!kind) return refuse(new StatementRefused(), query, done);
    this.served.add(tenant.id);
    const target = query ?? extended(input as string | pg.QueryConfig, Array.isArray(values) ? values : undefined);
    enterBefore(target, tenant, kind, this.entering, this.transaction);
    if (query || done) return super.query(target as never, done as never);
    return new Promise((resolve, reject) => {
      const settle: QueryCallback = (error, result) => (error ? reject(error) : resolve(result));
      void super.query(target as never, settle as never);
    });
  }

  private get internals(): ClientInternals {
    return this as unknown as ClientInternals;
  }
}

function isSubmittable(input: QueryInput): input is Submittable {
  return typeof input === 'object' && 'submit' in input && typeof input.submit === 'function';
}

function textOf(input: QueryInput): string {
  if (typeof input === 'string') return input;
  if ('cursor' in input) return (input.cursor as { text: string }).text;
  return input.text ?? '';
}

function extended(input: string | pg.QueryConfig, values?: unknown[]): Submittable {
  const query = typeof input === 'string' ? new Query(input, values) : new Query({ ...input, name: undefined }, values);
  query.queryMode = 'extended';
  return query;
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
