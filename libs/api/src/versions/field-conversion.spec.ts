import { removed, renamed, type FieldChange, type JsonObject } from '@tenantry/kernel';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fieldConversion } from './field-conversion.js';

const name = fc.constantFrom('a', 'b', 'c', 'd');
/** A rename takes a name that is free: the others would lose a field. */
const history = fc.array(fc.tuple(name, name), { maxLength: 8 });

function inTurns(changes: readonly FieldChange[], object: JsonObject): JsonObject {
  return changes.reduce((made, change) => change.down(made), object);
}

it('makes of an object what its changes make one after the other', () => {
  fc.assert(
    fc.property(history, fc.subarray(['a', 'b', 'c', 'd']), (pairs, keys) => {
      let object: JsonObject = Object.fromEntries(keys.map((key) => [key, `value of ${key}`]));
      const start = object;
      const changes: FieldChange[] = [];
      for (const [now, before] of pairs) {
        if (Object.hasOwn(object, before)) continue;
        changes.push(renamed(before, now));
        object = inTurns(changes.slice(-1), object);
      }
      const made = fieldConversion(changes, 'down')(start);
      expect(made).toEqual(object);
      expect(Object.keys(made)).toEqual(Object.keys(object));
      const back = [...changes].reverse();
      expect(fieldConversion(back, 'up')(made)).toEqual(back.reduce((each, change) => change.up(each), made));
    }),
  );
});

it('follows a field through renames with another change between them', () => {
  const seen: unknown[] = [];
  const watching = removed('seen', {}, (now) => {
    seen.push(now);
    return true;
  });
  const down = fieldConversion([renamed('title1', 'title'), watching, renamed('title0', 'title1')], 'down');
  expect(down({ id: 1, title: 'x' })).toEqual({ id: 1, title0: 'x', seen: true });
  expect(seen).toEqual([{ id: 1, title1: 'x' }]);
});

it('shows a change what a client would see: no dates, nothing undefined', () => {
  const seen: JsonObject[] = [];
  const watching = removed('seen', {}, (now) => seen.push(now));
  const made = new Date('2026-01-02T03:04:05.678Z');
  class Row {
    readonly made = made;
    readonly missing = undefined;
    readonly inside = { made };
  }
  fieldConversion([watching], 'down')(new Row() as unknown as JsonObject);
  expect(seen).toEqual([{ made: made.toISOString(), inside: { made: made.toISOString() } }]);
  expect(Object.keys(seen[0] ?? {})).toEqual(['made', 'inside']);
});
