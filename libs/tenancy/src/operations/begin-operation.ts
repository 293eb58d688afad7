import { newId } from '@tenantry/kernel';
import type pg from 'pg';
import type { TenantStatus } from '../context/tenant.js';
import { TenantBusy, TenantTransitionInvalid } from '../lifecycle/lifecycle.errors.js';
import { noteEffect } from '../operator-requests/request-effect.js';
import { TenantUnknown } from '../resolution/resolution.errors.js';

/** The kind under which a request with a key notes the operation that it began. */
export const OPERATION_EFFECT = 'operation';

/** What is asked of a tenant. */
export interface OperationWish {
  readonly tenantId: string;
  readonly kind: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** States of the tenant in which it may be asked, with the participle for the error: `exported`. */
  readonly from: readonly TenantStatus[];
  readonly action: string;
}

/**
 * Writes an operation down. Two at once take turns at the tenant's row, so that one of them finds the other. The
 * operator's request, if it has a key, keeps it as its effect.
 *
 * @param client in a transaction
 * @returns the operation's id
 * @throws TENANT_UNKNOWN, TENANT_TRANSITION_INVALID, TENANT_BUSY naming the operation that is under way
 */
export async function beginOperation(client: pg.ClientBase, wish: OperationWish): Promise<string> {
  const { rows } = await client.query<{ status: TenantStatus }>(
    'SELECT status FROM platform.tenant WHERE id = $1 FOR UPDATE',
    [wish.tenantId],
  );
  const [tenant] = rows;
  if (!tenant) throw new TenantUnknown();
  await refuseBusy(client, wish.tenantId);
  if (!wish.from.includes(tenant.status)) throw new TenantTransitionInvalid(wish.action, tenant.status);
  const id = newId();
  await client.query(
    `INSERT INTO platform.tenant_operation (id, tenant_id, kind, status, input) VALUES ($1, $2, $3, 'running', $4)`,
    [id, wish.tenantId, wish.kind, JSON.stringify(wish.input)],
  );
  await noteEffect((sql, values) => client.query(sql, values), OPERATION_EFFECT, id);
  return id;
}

/** @throws TENANT_BUSY naming the operation that is under way */
export async function refuseBusy(client: pg.ClientBase, tenantId: string): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM platform.tenant_operation WHERE tenant_id = $1 AND status = 'running' ORDER BY created_at LIMIT 1`,
    [tenantId],
  );
  if (rows[0]) throw new TenantBusy(rows[0].id);
}
