import type { FieldChange, JsonObject } from './api-change.js';
import type { JsonSchema } from './json-schema.js';

/**
 * A field that had another name.
 *
 * @param before its name in the version before
 * @param now its name since
 * @since 0.1.0
 */
export function renamed(before: string, now: string): FieldChange {
  return {
    fields: [now],
    renames: [before, now],
    schemaBefore: (schema) => renameProperty(schema, now, before),
    up: (object) => renameKey(object, before, now),
    down: (object) => renameKey(object, now, before),
    nameBefore: (field) => (field === now ? before : field),
    nameNow: (field) => (field === before ? now : field === now ? undefined : field),
  };
}

function renameProperty(schema: JsonSchema, from: string, to: string): JsonSchema {
  return {
    ...schema,
    properties: renameKey(schema.properties ?? {}, from, to),
    ...(schema.required && { required: schema.required.map((name) => (name === from ? to : name)) }),
  };
}

/** Keeps the order of the keys. */
function renameKey<Value>(object: Readonly<Record<string, Value>>, from: string, to: string): Record<string, Value>;
function renameKey(object: JsonObject, from: string, to: string): JsonObject {
  if (!Object.hasOwn(object, from)) return object;
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key === from ? to : key, value]));
}
