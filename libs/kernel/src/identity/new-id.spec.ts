import { describe, expect, it } from 'vitest';
import { isId, newId } from './new-id.js';

describe('an id', () => {
  it('is a UUIDv7, and no two are the same', () => {
    const ids = Array.from({ length: 10_000 }, newId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(ids.every(isId)).toBe(true);
  });

  it('sorts by the time of its making', async () => {
    const first = newId();
    await new Promise((resolve) => setTimeout(resolve, 2));
    expect(newId() > first).toBe(true);
  });
});
