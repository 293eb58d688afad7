import type pg from 'pg';
import { ANNOUNCE_SQL, encodeChange, type TenantChange } from '../registry/tenant-change.js';

/** What happened to a tenant, in the past tense. */
export type TenantTransition =
  | 'activated'
  | 'suspended'
  | 'resumed'
  | 'maintenance-began'
  | 'changed'
  | 'renamed'
  | 'cloned'
  | 'exported'
  | 'imported'
  | 'replaced'
  | 'deleted'
  | 'purged';

/** Where something is written in a transaction: the owner's connection, or an entity manager's `query`. */
export type Announcer = (sql: string, values: unknown[]) => Promise<unknown>;

/**
 * Tells every process, when the transaction commits, that what it knows of the tenant is old. The one place through
 * which every transition goes, in the transaction that makes it.
 */
export async function announceTransition(
  query: Announcer | pg.ClientBase,
  _transition: TenantTransition,
  change: TenantChange,
): Promise<void> {
  const values = [encodeChange(change)];
  await (typeof query === 'function' ? query(ANNOUNCE_SQL, values) : query.query(ANNOUNCE_SQL, values));
}
