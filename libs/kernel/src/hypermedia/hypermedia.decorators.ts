import { SetMetadata } from '@nestjs/common';

export const REL = Symbol.for('tenantry:rel');
export const AVAILABLE_WHEN = Symbol.for('tenantry:available-when');

/** Whether a resource is in a state in which something can be done with it. */
export type IsAvailable<Resource> = (resource: Resource) => boolean;

/**
 * Names the route's link relation. A name registered with IANA is used as it is, any other as `<module>:<name>`
 * (RFC 8288 section 2.1, CURIEs of draft-kelly-json-hal). Without it, the last word of the path is the name.
 *
 * @param name `[a-z][a-z0-9-]*`
 * @since 0.1.0
 */
export const Rel = (name: string): MethodDecorator => SetMetadata(REL, name);

/**
 * Shows the link and the template of this action only on resources in the right state. It hides and does not guard: the
 * handler must still refuse, by its own 409, because the state may change between the two requests.
 *
 * @param isAvailable is given the resource as the answer shows it; must be fast and must not throw
 * @since 0.1.0
 */
export const AvailableWhen = <Resource extends object>(isAvailable: IsAvailable<Resource>): MethodDecorator =>
  SetMetadata(AVAILABLE_WHEN, isAvailable);
