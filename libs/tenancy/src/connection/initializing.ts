import { AsyncLocalStorage } from 'node:async_hooks';

const storage = new AsyncLocalStorage<true>();

/**
 * Runs what TypeORM asks of a server when a DataSource starts (its version and the like), as `tenantry_app`, which may
 * do nothing by itself. The only statements that reach a tenant connection without a tenant.
 */
export function initializing<T>(work: () => T): T {
  return storage.run(true, work);
}

export function isInitializing(): boolean {
  return storage.getStore() === true;
}
