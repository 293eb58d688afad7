import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Nesting } from '../transaction/nesting.js';
import type { SharedTransaction } from '../transaction/shared-transaction.js';
import type { Tenant } from './tenant.js';
import { TenantContextChanged, TenantContextMissing } from './tenant-context.errors.js';

interface Scope {
  /** TypeORM is asking a server what it is, which concerns no tenant. */
  readonly initializing?: true;
  readonly requestId?: string;
  /** Whether the caller may read what the route of a path reads. */
  readonly mayRead?: (path: string) => boolean;
  tenant?: Tenant;
  /** The transaction that the statements of its tenant share; left in place when it ends, so that what goes on is refused. */
  readonly transaction?: SharedTransaction;
  /** The nested transaction inside which the code runs. */
  readonly nesting?: Nesting;
  /** The manager of the transaction that the running code began by `transaction` of TypeORM. */
  readonly entities?: EntityManager;
  /** A request that the platform sends to itself takes part in the transaction. */
  readonly asksItself?: true;
}

const storage = new AsyncLocalStorage<Scope>();

/**
 * Which tenant the running code works for. Follows `await`, timers and promises; what an event emitter calls runs in
 * the context of whoever emits.
 *
 * @since 0.1.0
 */
@Injectable()
export class TenantContext {
  /** Runs the function for this tenant; the former context is back when it returns or throws. May be nested. */
  run<T>(tenant: Tenant, work: () => T): T {
    const scope = storage.getStore();
    const isWithin = scope?.transaction?.tenant.id === tenant.id || (scope?.entities && scope.tenant?.id === tenant.id);
    if (isWithin) return storage.run({ ...scope, tenant }, work);
    return storage.run({ requestId: scope?.requestId, mayRead: scope?.mayRead, tenant }, work);
  }

  /** Runs the function for no tenant at all. */
  runOutside<T>(work: () => T): T {
    return storage.run({ requestId: storage.getStore()?.requestId }, work);
  }

  /**
   * The tenant of the running code.
   *
   * @throws TENANT_CONTEXT_MISSING outside any tenant
   */
  current(): Tenant {
    const tenant = storage.getStore()?.tenant;
    if (!tenant) throw new TenantContextMissing();
    return tenant;
  }

  /** The tenant of the running code, or undefined outside any. */
  find(): Tenant | undefined {
    return storage.getStore()?.tenant;
  }

  /** Id of the request that the running code answers, or undefined. */
  requestId(): string | undefined {
    return storage.getStore()?.requestId;
  }
}

/**
 * Opens the scope of one request, whose tenant is not known yet. A request's guards run inside it and bind the tenant;
 * everything after them, guards of modules included, is inside the tenant.
 */
export function openRequestScope(requestId: string, work: () => void, mayRead?: (path: string) => boolean): void {
  const outer = storage.getStore();
  const taken = outer?.asksItself && { transaction: outer.transaction, nesting: outer.nesting };
  storage.run({ requestId, mayRead, ...taken }, work);
}

/** Whether whoever the running code answers may read what the route of this path reads. Outside a request nobody asks. */
export function mayRead(path: string): boolean {
  return storage.getStore()?.mayRead?.(path) ?? true;
}

/**
 * Requests that the work sends to this very process, by Fastify's `inject`, see the transaction of the running code. A
 * client's own requests come from sockets and never run in here.
 */
export function askingItself<T>(work: () => T): T {
  return storage.run({ ...storage.getStore(), asksItself: true }, work);
}

/** Whether a request that is arriving is one that the platform sends to itself. */
export function isAskingItself(): boolean {
  return storage.getStore()?.asksItself === true;
}

/** Binds the request's scope to its tenant, once. */
export function bindRequestScope(tenant: Tenant): void {
  const scope = storage.getStore();
  if (!scope) throw new TenantContextMissing();
  if (scope.tenant && scope.tenant.id !== tenant.id) throw new TenantContextChanged();
  scope.tenant = tenant;
}

/**
 * Runs what TypeORM asks of a server when a DataSource starts (its version and the like), as the application's login
 * role, which may do nothing by itself. The only statements that reach a tenant connection without a tenant.
 */
export function initializing<T>(work: () => T): T {
  return storage.run({ initializing: true }, work);
}

export function isInitializing(): boolean {
  return storage.getStore()?.initializing === true;
}

/** Runs the work with its tenant's statements in this transaction. */
export function inTransaction<T>(transaction: SharedTransaction, work: () => T): T {
  const { requestId, mayRead } = storage.getStore() ?? {};
  return storage.run({ requestId, mayRead, tenant: transaction.tenant, transaction }, work);
}

/** The transaction that a statement of the running code belongs to; one of another tenant is none. */
export function sharedTransaction(): SharedTransaction | undefined {
  const scope = storage.getStore();
  return scope?.transaction && scope.tenant?.id === scope.transaction.tenant.id ? scope.transaction : undefined;
}

/** Runs the work as code of a transaction that TypeORM began. */
export function inEntities<T>(entities: EntityManager, work: () => T): T {
  return storage.run({ ...storage.getStore(), entities }, work);
}

/** The manager of the innermost transaction of TypeORM inside which the running code stands, open or ended. */
export function entitiesOfCode(): EntityManager | undefined {
  return storage.getStore()?.entities;
}

/** Runs the work as code of this nested transaction. */
export function inNesting<T>(nesting: Nesting, work: () => T): T {
  return storage.run({ ...storage.getStore(), nesting }, work);
}

/** The nested transaction inside which the running code stands. */
export function nestingOfCode(): Nesting | undefined {
  return storage.getStore()?.nesting;
}
