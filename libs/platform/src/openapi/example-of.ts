import { referredName, type Schema } from './api-document.js';

type Schemas = Readonly<Record<string, Schema>>;

const FORMATS: Readonly<Record<string, string>> = {
  uuid: '019ac11e-8d2a-7c4e-9f10-2b5d3e6a7c80',
  'date-time': '2026-11-22T09:30:00.000Z',
  date: '2026-11-22',
  email: 'ada@acme.example',
  uri: 'https://acme.example/',
  'uri-reference': '/',
  'json-pointer': '/title',
};

/** What is called so usually looks so. */
const NAMES: Readonly<Record<string, string>> = {
  email: 'ada@acme.example',
  url: 'https://acme.example/',
  href: '/',
  slug: 'acme',
  plan: 'free',
  apiVersion: '2026-11-22',
  name: 'Ada',
  password: 'correct-horse-battery',
};

/** Tried in this order where a pattern is all there is to go by. */
const CANDIDATES = [
  'example',
  'EXAMPLE',
  'Example',
  'AREA_REASON',
  'a-b',
  '1',
  '100',
  '1.00',
  '2026-11-22',
  'a1',
  '00:00',
];

/**
 * A value that the schema allows, always the same one: its own example if it has one, else made from its type, format
 * and bounds.
 *
 * @returns undefined where only a person could make one, for example for an unusual pattern
 */
export function exampleOf(schema: Schema, schemas: Schemas, name = 'example', above: readonly string[] = []): unknown {
  if (schema.examples) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  const referred = referredName(schema);
  if (referred) {
    const target = schemas[referred];
    return target && !above.includes(referred) ? exampleOf(target, schemas, name, [...above, referred]) : undefined;
  }
  if (schema.allOf) return allOf(schema.allOf, schemas, name, above);
  const [choice] = schema.anyOf ?? schema.oneOf ?? [];
  if (choice) return exampleOf(choice, schemas, name, above);
  return ofType(schema, schemas, name, above);
}

function ofType(schema: Schema, schemas: Schemas, name: string, above: readonly string[]): unknown {
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'string':
      return textOf(schema, name);
    case 'integer':
    case 'number':
      return numberOf(schema);
    case 'boolean':
      return true;
    case 'array':
      return arrayOf(schema, schemas, name, above);
    case 'object':
      return objectOf(schema, schemas, above);
    default:
      return schema.properties ? objectOf(schema, schemas, above) : {};
  }
}

function textOf({ format, pattern, minLength = 0, maxLength = Infinity }: Schema, name: string): string | undefined {
  const fits = (text: string) => text.length >= minLength && text.length <= maxLength;
  if (pattern) return CANDIDATES.find((text) => fits(text) && new RegExp(pattern, 'u').test(text));
  const formatted = FORMATS[format ?? ''];
  if (formatted) return fits(formatted) ? formatted : undefined;
  const usual = NAMES[name] ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return usual.padEnd(minLength, '.').slice(0, Math.min(maxLength, 10_000));
}

function numberOf({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: Schema): number {
  if (minimum !== undefined) return minimum;
  if (exclusiveMinimum !== undefined) return exclusiveMinimum + 1;
  return Math.min(1, maximum ?? 1, exclusiveMaximum === undefined ? 1 : exclusiveMaximum - 1);
}

function arrayOf(
  { items = {}, minItems = 1 }: Schema,
  schemas: Schemas,
  name: string,
  above: readonly string[],
): unknown {
  if (items.enum) return items.enum.slice(0, Math.max(1, minItems));
  const item = exampleOf(items, schemas, name, above);
  if (item === undefined) return minItems > 1 ? undefined : [];
  return Array.from({ length: Math.max(1, minItems) }, () => item);
}

function objectOf({ properties = {}, required = [] }: Schema, schemas: Schemas, above: readonly string[]): unknown {
  const made = Object.entries(properties).map(
    ([name, property]) => [name, exampleOf(property, schemas, name, above)] as const,
  );
  if (made.some(([name, value]) => value === undefined && required.includes(name))) return undefined;
  return Object.fromEntries(made.filter(([, value]) => value !== undefined));
}

function allOf(parts: readonly Schema[], schemas: Schemas, name: string, above: readonly string[]): unknown {
  const made = parts.map((part) => exampleOf(part, schemas, name, above));
  return made.every((each) => typeof each === 'object') ? Object.assign({}, ...made) : made[0];
}
