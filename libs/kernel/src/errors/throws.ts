import type { ErrorDefinition } from './define-error.js';

const THROWS = Symbol.for('tenantry:throws');

/**
 * Names errors that a route answers with, for its description in OpenAPI. Those that follow from the route's access, its
 * body and its parameters need no naming. On a controller it counts for all its routes.
 *
 * ```ts
 * @Post()
 * @Throws(NoteTooLong)
 * ```
 *
 * @param errors classes that `defineError` made
 * @since 0.1.0
 */
export function Throws(...errors: { readonly definition: ErrorDefinition }[]): MethodDecorator & ClassDecorator {
  return (target: object, _key?: string | symbol, descriptor?: PropertyDescriptor) => {
    const declares = (descriptor?.value as object | undefined) ?? target;
    const definitions = errors.map(({ definition }) => definition);
    Reflect.defineMetadata(THROWS, [...thrownBy(declares), ...definitions], declares);
  };
}

/** The errors that `@Throws` names on a handler or a controller. */
export function thrownBy(target: object): readonly ErrorDefinition[] {
  return (Reflect.getMetadata(THROWS, target) as readonly ErrorDefinition[] | undefined) ?? [];
}
