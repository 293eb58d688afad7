import type { ApiDocument, Schema } from './api-document.js';

/** Keywords that hold one schema, a list of them, or several by name. */
const ONE = new Set(['items', 'additionalProperties', 'not', 'schema']);
const LIST = new Set(['allOf', 'anyOf', 'oneOf']);
const BY_NAME = new Set(['properties', 'schemas']);

/** A schema of OpenAPI 3.0, whose dialect differs from JSON Schema's. */
type OldSchema = Record<string, unknown>;

/**
 * The document in OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1): `nullable` becomes a type, `exclusiveMinimum` a
 * number, `example` of a schema `examples`, and a reference may have siblings.
 */
export function toOpenApi31(document: object): ApiDocument {
  return { ...(walk(document) as ApiDocument), openapi: '3.1.1' };
}

function walk(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(walk);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      if (name === 'schema') return [name, toSchema31(each as OldSchema)];
      if (name === 'schemas') return [name, byName(each as Record<string, OldSchema>)];
      return [name, walk(each)];
    }),
  );
}

const byName = (schemas: Record<string, OldSchema>) =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, toSchema31(schema)]));

/** One schema, with those inside it. */
export function toSchema31(old: OldSchema): Schema {
  const { nullable, example, exclusiveMinimum, exclusiveMaximum, ...rest } = old;
  const schema: OldSchema = Object.fromEntries(Object.entries(rest).map(([name, each]) => [name, inside(name, each)]));
  bound(schema, 'minimum', 'exclusiveMinimum', exclusiveMinimum);
  bound(schema, 'maximum', 'exclusiveMaximum', exclusiveMaximum);
  if (example !== undefined) schema['examples'] = [example];
  const plain = withoutWrapper(schema);
  return nullable === true ? orNull(plain) : plain;
}

function inside(name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (ONE.has(name)) return toSchema31(value as OldSchema);
  if (LIST.has(name)) return (value as OldSchema[]).map(toSchema31);
  return BY_NAME.has(name) ? byName(value as Record<string, OldSchema>) : value;
}

function bound(schema: OldSchema, inclusive: string, exclusive: string, value: unknown): void {
  if (typeof value === 'number') schema[exclusive] = value;
  if (value !== true) return;
  schema[exclusive] = schema[inclusive];
  delete schema[inclusive];
}

/** In 3.0 a description beside a reference needs `allOf` around the reference. */
function withoutWrapper({ allOf, ...rest }: OldSchema): OldSchema {
  if (!Array.isArray(allOf)) return rest;
  const [only] = allOf as OldSchema[];
  return allOf.length === 1 && only && '$ref' in only ? { ...only, ...rest } : { ...rest, allOf };
}

function orNull(schema: OldSchema): OldSchema {
  const { type, $ref, enum: values, ...rest } = schema;
  const choices = Array.isArray(values) && { enum: values.includes(null) ? values : [...(values as unknown[]), null] };
  if (typeof type === 'string') return { type: [type, 'null'], ...rest, ...choices };
  if (typeof $ref !== 'string') return schema;
  return { anyOf: [{ $ref }, { type: 'null' }], ...rest };
}
