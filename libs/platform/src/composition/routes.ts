import { RequestMethod, type Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { UNTAGGED } from '@tenantry/api';
import {
  ACCESS,
  COLLECTION_OF,
  tenantryMetadata,
  thrownBy,
  type Access,
  type EntityClass,
  type ErrorDefinition,
} from '@tenantry/kernel';
import { hypermediaOf, type RouteHypermedia } from './route-hypermedia.js';

/** One route of the application, as its decorators say. */
export interface Route extends RouteHypermedia {
  readonly module: string;
  /** What the module says of itself: its name, for the routes of Tenantry modules. */
  readonly area: { readonly name: string; readonly description?: string } | undefined;
  /** The classes of the method's parameters, as far as the compiler left them. */
  readonly parameterTypes: readonly unknown[];
  /** `NotesController.add` */
  readonly handler: string;
  /** `GET`, `POST`, ... */
  readonly method: string;
  /** With a leading slash and `:parameters`. */
  readonly path: string;
  readonly access: Access | undefined;
  /** Errors that `@Throws` declares on the method and its controller. */
  readonly errors: readonly ErrorDefinition[];
  /** Name of the module, as `@TenantryModule` says; of an ordinary one, made of its class. */
  readonly moduleName: string;
  /** The entity of a collection's rows, where its class is not what the route answers with. */
  readonly collectionOf?: EntityClass;
  /** Whether the answer to a change has no ETag. */
  readonly isUntagged: boolean;
}

/** All routes of all controllers. */
export function routesOf(modules: ModulesContainer): Route[] {
  const routes: Route[] = [];
  for (const module of modules.values()) {
    for (const { metatype } of module.controllers.values()) {
      if (typeof metatype === 'function') routes.push(...routesOfController(module.metatype, metatype as Type));
    }
  }
  return routes;
}

function routesOfController(module: Type, controller: Type): Route[] {
  const prototype = controller.prototype as object;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    // Not read through the controller: a getter would run without one.
    const handler: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
    if (name === 'constructor' || typeof handler !== 'function') return [];
    const method = Reflect.getMetadata('method', handler) as RequestMethod | undefined;
    if (method === undefined) return [];
    const access = (Reflect.getMetadata(ACCESS, handler) ?? Reflect.getMetadata(ACCESS, controller)) as
      Access | undefined;
    return pathsOf(controller).flatMap((base) =>
      pathsOf(handler).map((path) => ({
        module: module.name,
        area: tenantryMetadata(module),
        parameterTypes: (Reflect.getMetadata('design:paramtypes', prototype, name) ?? []) as unknown[],
        moduleName: tenantryMetadata(module)?.name ?? kebab(module.name),
        handler: `${controller.name}.${name}`,
        method: RequestMethod[method],
        path: `/${[base, path].join('/')}`.replace(/\/+/g, '/').replace(/(.)\/$/, '$1'),
        access,
        errors: [...thrownBy(controller), ...thrownBy(handler)],
        collectionOf: Reflect.getMetadata(COLLECTION_OF, handler) as EntityClass | undefined,
        isUntagged: Reflect.hasMetadata(UNTAGGED, handler),
        ...hypermediaOf(handler, controller),
      })),
    );
  });
}

function kebab(name: string): string {
  return name
    .replace(/Module$/, '')
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-')
    .toLowerCase();
}

function pathsOf(target: object): string[] {
  const path = Reflect.getMetadata('path', target) as string | string[] | undefined;
  return Array.isArray(path) ? path : [path ?? ''];
}
