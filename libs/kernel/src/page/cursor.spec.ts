import { describe, expect, it } from 'vitest';
import { newId } from '../identity/new-id.js';
import { decodeCursor, encodeCursor } from './cursor.js';

describe('a cursor', () => {
  it('gives back what it stands for', () => {
    const id = newId();
    expect(decodeCursor(encodeCursor(id))).toBe(id);
  });

  it.each(['', 'x', "' OR 1=1", '\u0000', 'A'.repeat(200)])('%j is refused', (cursor) => {
    expect(() => decodeCursor(cursor)).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID', status: 400 }));
  });
});
