import { defineError } from '../errors/define-error.js';
import { isId } from '../identity/new-id.js';

export const CursorInvalid = defineError(
  'CURSOR_INVALID',
  400,
  'The cursor is not one of this API; start without one.',
);

/** Longest cursor, in characters: with the rest of a request it must fit into the 16 KB that Node takes of headers. */
export const MAX_CURSOR = 8000;

/** An opaque cursor that stands for the last item of a page. */
export function encodeCursor(lastId: string): string {
  return Buffer.from(lastId.replaceAll('-', ''), 'hex').toString('base64url');
}

/**
 * @throws CURSOR_INVALID
 */
export function decodeCursor(cursor: string): string {
  const hex = Buffer.from(cursor, 'base64url').toString('hex');
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  if (!isId(id)) throw new CursorInvalid();
  return id;
}
