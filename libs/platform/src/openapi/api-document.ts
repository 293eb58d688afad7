/** A schema of JSON Schema 2020-12, as OpenAPI 3.1 has it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  pattern?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  description?: string;
  examples?: unknown[];
  readOnly?: boolean;
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
}

export interface Reference {
  readonly $ref: string;
}

export interface MediaType {
  schema?: Schema;
  example?: unknown;
  examples?: Record<string, Reference>;
}

export interface ApiParameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  example?: unknown;
  schema?: Schema;
}

export interface ApiAnswer {
  description: string;
  headers?: Record<string, Reference>;
  content?: Record<string, MediaType>;
}

export interface Operation {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: ApiParameter[];
  requestBody?: { required?: boolean; content: Record<string, MediaType> };
  responses: Record<string, ApiAnswer>;
  security?: Record<string, string[]>[];
  /** What a collection is filtered and sorted by. */
  'x-collection'?: { readonly filter: readonly string[]; readonly sort: readonly string[] };
}

/** The parts of an OpenAPI document that the platform writes. */
export interface ApiDocument {
  openapi: string;
  info: Record<string, unknown>;
  servers?: { url: string; description?: string }[];
  tags?: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, Schema>;
    headers?: Record<string, unknown>;
    examples?: Record<string, { summary?: string; value: unknown }>;
    securitySchemes?: Record<string, unknown>;
  };
}

const SCHEMAS = '#/components/schemas/';

/** A reference to a schema by its name. */
export const schemaRef = (name: string): { $ref: string } => ({ $ref: SCHEMAS + name });

/** The name of the schema that is referred to, or undefined for any other schema. */
export function referredName(schema: Schema | undefined): string | undefined {
  return schema?.$ref?.startsWith(SCHEMAS) ? schema.$ref.slice(SCHEMAS.length) : undefined;
}
