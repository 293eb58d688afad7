import { AsyncLocalStorage } from 'node:async_hooks';
import { TenantBusy } from '../lifecycle/lifecycle.errors.js';

/** Runs a statement on the connection of somebody's transaction. */
export type EffectQuery = (sql: string, values: unknown[]) => Promise<unknown>;

/** A request with an Idempotency-Key, and what an earlier attempt at it has made. */
export interface KeyedRequest {
  readonly id: string;
  readonly earlier: string | null;
}

const current = new AsyncLocalStorage<KeyedRequest>();

const NOTE = `
  WITH noted AS (
    UPDATE platform.operator_request SET effect = $2 WHERE id = $1 AND effect IS NOT DISTINCT FROM $3 RETURNING id)
  SELECT id FROM noted`;

const FORGET = 'UPDATE platform.operator_request SET effect = NULL WHERE effect = $1';

/** Runs the handler of a request that has a key. */
export function underKey<T>(request: KeyedRequest, work: () => Promise<T>): Promise<T> {
  return current.run(request, work);
}

/**
 * Id of what an earlier attempt at the operator's present request has made and not answered, because its process died in
 * between. Undefined for a first attempt, and for a request without a key.
 *
 * @param kind such as `tenant`
 * @since 0.1.0
 */
export function earlierEffect(kind: string): string | undefined {
  const earlier = current.getStore()?.earlier;
  return earlier?.startsWith(`${kind}:`) ? earlier.slice(kind.length + 1) : undefined;
}

/**
 * Notes what the operator's present request makes, in the transaction that makes it, so that the same request finds it if
 * this process dies before it has answered. Nothing without a key.
 *
 * @throws TENANT_BUSY when the same request has made something else meanwhile
 * @since 0.1.0
 */
export async function noteEffect(query: EffectQuery, kind: string, id: string): Promise<void> {
  const request = current.getStore();
  if (!request) return;
  const noted = await query(NOTE, [request.id, `${kind}:${id}`, request.earlier]);
  // Only where the connection that held the key was lost, and another attempt began.
  if (rowsOf(noted).length === 0) throw new TenantBusy(undefined, { headers: { 'retry-after': '1' } });
}

/** Takes the note back, in the transaction that undoes what was made. */
export async function forgetEffect(query: EffectQuery, kind: string, id: string): Promise<void> {
  await query(FORGET, [`${kind}:${id}`]);
}

/** A repository's query gives rows, a connection's gives them in a result. */
function rowsOf(result: unknown): readonly unknown[] {
  return Array.isArray(result) ? result : (result as { rows: unknown[] }).rows;
}
