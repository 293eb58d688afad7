import pg from 'pg';
import type { Submittable } from './wire.js';

/** What pg's Client takes for a statement. */
export type QueryInput = string | pg.QueryConfig | Submittable;

export function isSubmittable(input: QueryInput): input is Submittable {
  return typeof input === 'object' && 'submit' in input && typeof input.submit === 'function';
}

/**
 * The text that will be sent. Of objects that submit themselves, only pg-cursor and pg-query-stream are known to send
 * their text by the extended protocol; pg's own Query may not, and is refused with all others.
 */
export function textOf(input: QueryInput): string {
  if (typeof input === 'string') return input;
  if (!isSubmittable(input)) return typeof input.text === 'string' ? input.text : '';
  if (input instanceof pg.Query) return '';
  const cursor =
    'cursor' in input
      ? (input.cursor as Submittable & { read?: unknown })
      : (input as { read?: unknown; text?: string });
  return typeof cursor.read === 'function' && typeof cursor.text === 'string' ? cursor.text : '';
}
