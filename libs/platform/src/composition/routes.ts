import { RequestMethod, type Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { ACCESS, type Access } from '@tenantry/kernel';

/** One route of the application, as its decorators say. */
export interface Route {
  readonly module: string;
  /** `NotesController.add` */
  readonly handler: string;
  /** `GET`, `POST`, ... */
  readonly method: string;
  /** With a leading slash and `:parameters`. */
  readonly path: string;
  readonly access: Access | undefined;
}

/** All routes of all controllers. */
export function routesOf(modules: ModulesContainer): Route[] {
  const routes: Route[] = [];
  for (const module of modules.values()) {
    for (const { metatype } of module.controllers.values()) {
      if (typeof metatype === 'function') routes.push(...routesOfController(module.metatype.name, metatype as Type));
    }
  }
  return routes;
}

function routesOfController(module: string, controller: Type): Route[] {
  const prototype = controller.prototype as Record<string, unknown>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    if (name === 'constructor' || typeof handler !== 'function') return [];
    const method = Reflect.getMetadata('method', handler) as RequestMethod | undefined;
    if (method === undefined) return [];
    const access = (Reflect.getMetadata(ACCESS, handler) ?? Reflect.getMetadata(ACCESS, controller)) as
      Access | undefined;
    return pathsOf(controller).flatMap((base) =>
      pathsOf(handler).map((path) => ({
        module,
        handler: `${controller.name}.${name}`,
        method: RequestMethod[method],
        path: `/${[base, path].join('/')}`.replace(/\/+/g, '/').replace(/(.)\/$/, '$1'),
        access,
      })),
    );
  });
}

function pathsOf(target: object): string[] {
  const path = Reflect.getMetadata('path', target) as string | string[] | undefined;
  return Array.isArray(path) ? path : [path ?? ''];
}
