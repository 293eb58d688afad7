import { newId } from '@tenantry/kernel';
import { describe, expect, it } from 'vitest';
import type { CollectionPlan } from './collection-plan.js';
import { decodeSorted, encodeSorted } from './sorted-cursor.js';
import { isDay, isStoredTime } from './times.js';

const kind = { description: '', operators: [], accepts: isDay, restores: isStoredTime };
const id = { ...kind, restores: (text: string) => /^[0-9a-f-]{36}$/.test(text) };
const plan: CollectionPlan = {
  filters: [],
  sort: [
    { property: 'dueAt', descending: true, nullable: true, kind },
    { property: 'id', descending: true, nullable: false, kind: id },
  ],
  embed: [],
};
const last = newId();

describe('a cursor of an order', () => {
  it.each([['2026-01-01 00:00:00.000001+00'], ['infinity'], ['0044-03-15 00:00:00+00:53:28 BC'], [null]])(
    'gives back %j',
    (value) => {
      expect(decodeSorted('note', plan, encodeSorted('note', plan, [value, last]))).toEqual([value, last]);
    },
  );

  it.each([
    [["'; DROP TABLE note; --", last]],
    [['2026-13-01 00:00:00+00', last]],
    [['now', last]],
    [[null, null]],
    [[null]],
    [[null, last, null]],
    [[null, `${last}'`]],
    [[{ toString: 1 }, last]],
    [[1, last]],
  ])('that somebody made of %j is refused, although its digest is right', (values) => {
    const made = encodeSorted('note', plan, values as string[]);
    expect(() => decodeSorted('note', plan, made)).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
  });

  it('belongs to its table, order and filters', () => {
    const made = encodeSorted('note', plan, [null, last]);
    const ascending = { ...plan, sort: plan.sort.map((key) => ({ ...key, descending: false })) };
    const filtered = { ...plan, filters: [{ property: 'dueAt', operator: 'eq', values: ['x'] }] } as CollectionPlan;
    for (const [table, other] of [
      ['ticket', plan],
      ['note', ascending],
      ['note', filtered],
    ] as const)
      expect(() => decodeSorted(table, other, made)).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
  });

  it.each(['', 'x', 'W10', 'bnVsbA', 'e30', 'WyJhIg'])('is not %j', (cursor) => {
    expect(() => decodeSorted('note', plan, cursor)).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
  });
});
