import type { FieldChange } from './api-change.js';
import type { JsonSchema } from './json-schema.js';

/**
 * A field whose possible values changed.
 *
 * @param values each value of the version before with the one that took its place
 * @param collapsed each value that the version before did not know with the one that its callers see instead
 * @since 0.1.0
 */
export function revalued(
  field: string,
  values: Readonly<Record<string, string>>,
  collapsed: Readonly<Record<string, string>> = {},
): FieldChange {
  const up = new Map(Object.entries(values));
  const down = new Map([
    ...Object.entries(values).map(([before, now]) => [now, before] as const),
    ...Object.entries(collapsed),
  ]);
  return {
    fields: [field],
    schemaBefore: (schema) => {
      const property = schema.properties?.[field] ?? {};
      const unknown = valuesOf(property).find((value) => typeof value === 'string' && !down.has(value));
      if (unknown !== undefined)
        throw new Error(`"${field}" may be ${JSON.stringify(unknown)}, for which the version before has no value.`);
      return { ...schema, properties: { ...schema.properties, [field]: withValues(property, down, [...up.keys()]) } };
    },
    up: (object) => replace(object, field, up),
    down: (object) => replace(object, field, down),
    nameBefore: (name) => name,
    nameNow: (name) => name,
    // Callers see one value for several newer ones: it stands for all of these.
    valuesNow: (name, value) =>
      name === field ? [...down].flatMap(([now, before]) => (before === value ? [now] : [])) : undefined,
  };
}

function replace<Value>(object: Readonly<Record<string, Value>>, field: string, values: ReadonlyMap<string, string>) {
  if (!Object.hasOwn(object, field)) return object;
  const value: unknown = object[field];
  return { ...object, [field]: Array.isArray(value) ? value.map((each) => other(each, values)) : other(value, values) };
}

/** Own entries only: a value that nobody declared is left for the validation to refuse. */
function other(value: unknown, values: ReadonlyMap<string, string>): unknown {
  return typeof value === 'string' ? (values.get(value) ?? value) : value;
}

function valuesOf(property: JsonSchema): readonly unknown[] {
  return property.enum ?? property.items?.enum ?? [];
}

function withValues(property: JsonSchema, down: ReadonlyMap<string, string>, before: readonly string[]): JsonSchema {
  const { example, examples } = property;
  const shown = {
    ...(example !== undefined && { example: other(example, down) }),
    ...(examples && { examples: examples.map((each) => other(each, down)) }),
  };
  if (property.enum) return { ...property, ...shown, enum: before };
  if (property.items?.enum) return { ...property, ...shown, items: { ...property.items, enum: before } };
  throw new Error('the field has no list of values (enum).');
}
