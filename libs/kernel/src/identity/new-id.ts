import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

/** Random bytes drawn in one go for many ids: a call to the generator costs more than what it gives here. */
const pool = new Uint8Array(4096);
let used = pool.length;

/** A new UUIDv7 (RFC 9562): lower-case, sortable by the time of its making. */
export function newId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 16;
  return v7({ random: pool.subarray(used - 16, used) });
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

export function isId(value: string): boolean {
  return uuid.test(value);
}
