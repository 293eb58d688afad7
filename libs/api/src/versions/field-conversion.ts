import type { FieldChange, JsonObject } from '@tenantry/kernel';
import { plainObject } from './plain-object.js';

export type ObjectConversion = (object: JsonObject) => JsonObject;
export type Direction = 'up' | 'down';

/**
 * What all of these changes make of an object, in their order. Renames that follow each other are one: however many
 * versions lie between, the object is copied once.
 */
export function fieldConversion(changes: readonly FieldChange[], direction: Direction): ObjectConversion {
  const conversions: ObjectConversion[] = [];
  let names: Map<string, string> | undefined;
  for (const change of changes) {
    if (!change.renames) {
      names = undefined;
      conversions.push((object) => change[direction](plainObject(object)));
      continue;
    }
    if (!names) {
      const own = (names = new Map<string, string>());
      conversions.push((object) => renameKeys(object, own));
    }
    const [before, now] = change.renames;
    if (direction === 'up') rename(names, before, now);
    else rename(names, now, before);
  }
  return (object) => conversions.reduce((made, convert) => convert(made), object);
}

/** Adds a rename to those that come before it. */
function rename(names: Map<string, string>, from: string, to: string): void {
  const isTaken = names.has(from); // what had this name has another by now
  for (const [first, now] of names) if (now === from) names.set(first, to);
  if (!isTaken) names.set(from, to);
}

/** Keeps the order of the keys. */
function renameKeys(object: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  const made: Record<string, unknown> = {};
  for (const key of Object.keys(object)) made[names.get(key) ?? key] = object[key];
  return made;
}
