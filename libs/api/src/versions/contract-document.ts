import type { JsonSchema } from '@tenantry/kernel';
import type { CollectionNames } from './resource-names.js';
import { nameOf, type Components } from './schema-walk.js';

/** The part of an OpenAPI document that versions read and change. */
export interface ContractDocument {
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, JsonSchema>> };
}

/** Where the schemas of one operation's bodies stand. */
export interface Operation {
  readonly parameters?: readonly Parameter[];
  /** What a collection is filtered and sorted by. */
  readonly 'x-collection'?: CollectionNames;
  readonly requestBody?: Body;
  readonly responses?: Readonly<Record<string, Body | undefined>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly description?: string;
}

export interface Body {
  readonly content?: Readonly<Record<string, { readonly schema?: JsonSchema; readonly example?: unknown } | undefined>>;
}

/** The schema of a body, whichever media type names it first. */
export function bodySchema(body: Body | undefined): JsonSchema | undefined {
  return Object.values(body?.content ?? {}).find((media) => media?.schema)?.schema;
}

/** The operation of a route whose path has `:parameters`. */
export function operationOf(document: ContractDocument, method: string, route: string): Operation | undefined {
  return document.paths[route.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()] as Operation | undefined;
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options', 'trace'];

/** Every operation of every path. */
export function operationsOf(document: ContractDocument): Operation[] {
  return Object.values(document.paths).flatMap((item) =>
    METHODS.flatMap((method) => (item[method] ? [item[method] as Operation] : [])),
  );
}

/** Name of the schema of what is read: of the resource, or of a collection's members. */
export function resourceOf({ responses = {} }: Operation, components: Components): string | undefined {
  const answer = bodySchema(responses['200']);
  const name = answer && nameOf(answer);
  const item = components[name ?? '']?.properties?.['_embedded']?.properties?.['item']?.items;
  return item ? nameOf(item) : name;
}
