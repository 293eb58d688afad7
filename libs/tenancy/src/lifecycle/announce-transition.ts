import type pg from 'pg';
import { eventValues, WRITE_EVENT, type TenantEvent } from '../events/tenant-event.js';
import { encodeChange, TENANT_CHANNEL, type TenantChange } from '../registry/tenant-change.js';

/** What happened to a tenant, as its event tells it. */
export type TenantTransition = {
  [Event in TenantEvent as Event['type']]: Pick<Event, 'type' | 'payload'>;
}[TenantEvent['type']];

/** Where something is written in a transaction: the owner's connection, or an entity manager's `query`. */
export type Announcer = (sql: string, values: unknown[]) => Promise<unknown>;

/**
 * Tells listeners what happened, and every process that what it knows of the tenant is old, when the transaction commits.
 * The one place through which every transition goes, in the transaction that makes it.
 *
 * @param transitions none for what concerns nobody but the processes' memory
 */
export async function announceTransition(
  on: Announcer | pg.ClientBase,
  change: TenantChange,
  ...transitions: readonly TenantTransition[]
): Promise<void> {
  const query: Announcer = typeof on === 'function' ? on : (sql, values) => on.query(sql, values);
  const events = transitions.map((transition) => eventValues({ tenantId: change.id, ...transition }));
  const last = events.pop();
  for (const values of events) await query(`SELECT ${WRITE_EVENT}`, values);
  if (last) await query(`SELECT ${WRITE_EVENT}, ${notify(5)}`, [...last, encodeChange(change)]);
  else await query(`SELECT ${notify(1)}`, [encodeChange(change)]);
}

const notify = (parameter: number) => `pg_notify('${TENANT_CHANNEL}', $${parameter})`;
