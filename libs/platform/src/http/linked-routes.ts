import type { OpenAPIObject } from '@nestjs/swagger';
import type { Settings } from '@tenantry/kernel';
import { formProperties, type FormSchema, type LinkedRoute } from '@tenantry/api';
import type { Route } from '../composition/routes.js';

interface Operation {
  readonly summary?: string;
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: FormSchema }>> };
}

/** The routes as their links need them, with what the OpenAPI document says of their bodies. */
export function linkedRoutes(routes: readonly Route[], document: OpenAPIObject, settings: Settings): LinkedRoute[] {
  return routes.flatMap(({ moduleName: module, method, path, access, rel, feature, isAvailable, isOffered }) => {
    if (!access) return []; // such a route fails the start
    if (isOffered?.(settings) === false) return [];
    const operation = operationOf(document, method, path);
    const content = operation?.requestBody?.content ?? {};
    const body = content['application/json']?.schema;
    const contentType = body ? undefined : Object.keys(content)[0];
    const properties = body && formProperties(resolve(body, document));
    return [
      {
        module,
        method,
        path,
        access,
        rel,
        feature,
        isAvailable,
        isOffered: isOffered !== undefined,
        title: operation?.summary,
        contentType,
        properties,
      },
    ];
  });
}

function operationOf({ paths }: OpenAPIObject, method: string, path: string): Operation | undefined {
  const item = paths[path.replace(/:(\w+)/g, '{$1}')] as Readonly<Record<string, Operation>> | undefined;
  return item?.[method.toLowerCase()];
}

function resolve(schema: FormSchema, { components }: OpenAPIObject): FormSchema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : ((components?.schemas?.[name] ?? {}) as FormSchema);
}
