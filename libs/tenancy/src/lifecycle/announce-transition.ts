import type pg from 'pg';
import { writeTenantEvent, type TenantEventType } from '../events/tenant-event.js';
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
 * Tells listeners what happened, and every process that what it knows of the tenant is old, when the transaction commits.
 * The one place through which every transition goes, in the transaction that makes it.
 *
 * @param payload of the event; the tenant's slug when absent
 */
export async function announceTransition(
  on: Announcer | pg.ClientBase,
  transition: TenantTransition,
  change: TenantChange,
  payload: Readonly<Record<string, unknown>> = { slug: change.slugs[0] },
): Promise<void> {
  const query: Announcer = typeof on === 'function' ? on : (sql, values) => on.query(sql, values);
  const type = eventOf(transition);
  if (type) await writeTenantEvent(query, { tenantId: change.id, type, payload });
  await query(ANNOUNCE_SQL, [encodeChange(change)]);
}

/** A change of name or settings is no event. */
function eventOf(transition: TenantTransition): TenantEventType | undefined {
  if (transition === 'changed') return undefined;
  return transition === 'activated' ? 'tenant.created' : `tenant.${transition}`;
}
