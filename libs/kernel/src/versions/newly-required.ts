import type { FieldChange } from './api-change.js';

/**
 * An input that callers must give since; requests of older versions that lack it get the value that held before.
 *
 * @param value for older callers
 * @since 0.1.0
 */
export function newlyRequired(field: string, value: unknown): FieldChange {
  return {
    fields: [field],
    schemaBefore: (schema) => {
      if (!schema.required?.includes(field)) throw new Error(`"${field}" is not required.`);
      const property = { ...schema.properties?.[field], default: value };
      return {
        ...schema,
        properties: { ...schema.properties, [field]: property },
        required: schema.required.filter((name) => name !== field),
      };
    },
    up: (object) => (Object.hasOwn(object, field) ? object : { ...object, [field]: value }),
    down: (object) => object,
    nameBefore: (name) => name,
    nameNow: (name) => name,
  };
}
