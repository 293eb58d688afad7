import { RequestMethod, type Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';

export interface ControllerHandler {
  readonly prototype: object;
  readonly name: string;
  readonly handler: (...args: unknown[]) => unknown;
}

/** Methods that only read (RFC 9110 section 9.2.1). */
const SAFE = new Set([RequestMethod.GET, RequestMethod.HEAD, RequestMethod.OPTIONS]);

/** The handlers of all controllers that are routed by a method that may change something. */
export function changingHandlers(modules: ModulesContainer): ControllerHandler[] {
  const controllers = [...modules.values()].flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => (typeof metatype === 'function' ? handlersOf(metatype as Type) : []));
}

function handlersOf(controller: Type): ControllerHandler[] {
  const found: ControllerHandler[] = [];
  for (let prototype = controller.prototype as object; prototype !== Object.prototype;) {
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const handler: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
      if (name !== 'constructor' && isChanging(handler)) found.push({ prototype, name, handler });
    }
    prototype = Object.getPrototypeOf(prototype) as object;
  }
  return found;
}

function isChanging(handler: unknown): handler is ControllerHandler['handler'] {
  if (typeof handler !== 'function') return false;
  const method = Reflect.getMetadata('method', handler) as RequestMethod | undefined;
  return method !== undefined && !SAFE.has(method);
}
