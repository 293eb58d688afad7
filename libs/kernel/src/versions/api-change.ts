import type { Type } from '@nestjs/common';
import type { JsonSchema } from './json-schema.js';

/** A JSON object as a request or an answer holds it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What happened to some fields of one schema from one version to the next. */
export interface FieldChange {
  /** Fields of the newer version that it is about; each must be a property of the schema there. */
  readonly fields: readonly string[];
  /** Its names in the version before and now, if the field has another name and nothing else changed. */
  readonly renames?: readonly [before: string, now: string];
  /** The schema as the version before had it. Throws a sentence when the schema is not what the change expects. */
  schemaBefore(schema: JsonSchema): JsonSchema;
  /** An object of the version before in the newer shape. Fields that it does not have stay absent. */
  up(before: JsonObject): JsonObject;
  /** An object of the newer version in the shape of the version before. */
  down(now: JsonObject): JsonObject;
  /** Name in the version before of a field of the newer one, for pointers of error documents. */
  nameBefore(field: string): string;
  /** Name in the newer version of a field of the version before, for `filter` and `sort`; undefined where it has none. */
  nameNow(field: string): string | undefined;
  /** Values of the newer version that a value of the version before stands for in `filter`; absent where they are the same. */
  valuesNow?(field: string, value: string): readonly string[] | undefined;
}

/** What happened to one schema, in the order in which requests are migrated. */
export interface SchemaChange {
  /** Name of the schema in the OpenAPI document: its class's. */
  readonly schema: string;
  readonly changes: readonly FieldChange[];
}

/**
 * One change that would break callers of the versions before its date, and how these go on working. Handlers know only
 * the newest shapes; the platform migrates older requests up and answers down, wherever the schema stands in them.
 *
 * @since 0.1.0
 */
export interface ApiChange {
  /** The version that it made, `YYYY-MM-DD`. */
  readonly date: string;
  /** What callers who move to this version must know, in words. */
  readonly description: string;
  readonly schemas: readonly SchemaChange[];
}

export type ApiChangeClass = new () => ApiChange;

/** Changes of one schema: of the DTO or entity class by whose name OpenAPI knows it. */
export function schemaChange(schema: Type, ...changes: readonly FieldChange[]): SchemaChange {
  return { schema: schema.name, changes };
}
