import type { Outgoing } from '../transport/outgoing.js';
import type { Received } from '../transport/received.js';

const idempotent = ['GET', 'HEAD', 'PUT', 'DELETE'];
const passing = [429, 502, 503, 504];

/** Whether the request does no more when it arrives twice (RFC 9110, 9.2.2, and `Idempotency-Key`). */
export function mayRepeat({ method, headers }: Outgoing): boolean {
  return idempotent.includes(method) || (method === 'POST' && headers['idempotency-key'] !== undefined);
}

/** Whether the answer is likely to be another one later. */
export function willPass({ status, headers }: Received): boolean {
  // An earlier attempt under the same Idempotency-Key is still at work: its answer comes later.
  return passing.includes(status) || (status === 409 && headers.has('retry-after'));
}
