import type { FieldChange, JsonObject } from './api-change.js';
import type { JsonSchema } from './json-schema.js';

export interface Replacement {
  /** Fields of the version before, with their schemas there. */
  readonly before: Readonly<Record<string, JsonSchema>>;
  /** Those of them that were optional; the others are required where one of `now` is. */
  readonly optional?: readonly string[];
  /** Fields that took their place. */
  readonly now: readonly string[];
  /** Values of `now` from those of `before` that the request has. */
  up(before: JsonObject): JsonObject;
  /** Values of `before` from those of `now`. */
  down(now: JsonObject): JsonObject;
  /** Where a fault inside a new field stood before: `{ 'customer/name': 'customerName' }`. */
  readonly pointers?: Readonly<Record<string, string>>;
}

/**
 * Fields that other fields took the place of: one split into an object, two joined into one, another type.
 *
 * @since 0.1.0
 */
export function replaced(replacement: Replacement): FieldChange {
  const { before, now, pointers = {} } = replacement;
  const names = Object.keys(before);
  const [firstBefore] = names;
  return {
    fields: now,
    schemaBefore: (schema) => schemaBefore(schema, replacement),
    up: (object) => (has(object, names) ? exchange(object, names, (old) => replacement.up(old)) : object),
    down: (object) => (has(object, now) ? exchange(object, now, (values) => replacement.down(values)) : object),
    nameBefore: (field) => pointers[field] ?? (now.includes(field) ? (firstBefore ?? field) : field),
    nameNow: (field) => (names.includes(field) || now.includes(field) ? undefined : field),
  };
}

function has(object: JsonObject, names: readonly string[]): boolean {
  return names.some((name) => Object.hasOwn(object, name));
}

/** Puts the new fields where the first of the old ones stood. */
function exchange<Value>(
  object: Readonly<Record<string, Value>>,
  names: readonly string[],
  convert: (values: Readonly<Record<string, Value>>) => Readonly<Record<string, Value>>,
): Record<string, Value> {
  const own = Object.entries(object);
  const at = own.findIndex(([name]) => names.includes(name));
  const taken = Object.fromEntries(own.filter(([name]) => names.includes(name)));
  const rest = (entry: readonly [string, Value]) => !names.includes(entry[0]);
  return Object.fromEntries([
    ...own.slice(0, at).filter(rest),
    ...Object.entries(convert(taken)),
    ...own.slice(at).filter(rest),
  ]);
}

function schemaBefore(schema: JsonSchema, { before, now, optional = [] }: Replacement): JsonSchema {
  const required = schema.required ?? [];
  const wasRequired = now.some((name) => required.includes(name));
  const names = Object.keys(before).filter((name) => !optional.includes(name));
  const others = required.filter((name) => !now.includes(name));
  const all = wasRequired ? [...others, ...names] : others;
  return { ...schema, properties: exchange<JsonSchema>(schema.properties ?? {}, now, () => before), required: all };
}
