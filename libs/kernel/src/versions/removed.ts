import type { FieldChange, JsonObject } from './api-change.js';
import type { JsonSchema } from './json-schema.js';

/**
 * A field that is no longer there. Requests of older versions may still send it, to no effect; their answers go on
 * having it.
 *
 * @param schema of the field in the version before
 * @param value what older callers see, made of the object without it
 * @since 0.1.0
 */
export function removed(field: string, schema: JsonSchema, value: (now: JsonObject) => unknown): FieldChange {
  return {
    fields: [],
    schemaBefore: (now) => ({ ...now, properties: { ...now.properties, [field]: schema } }),
    up: (object) => Object.fromEntries(Object.entries(object).filter(([name]) => name !== field)),
    down: (object) => ({ ...object, [field]: value(object) }),
    nameBefore: (name) => name,
    nameNow: (name) => (name === field ? undefined : name),
  };
}
