import type { Type } from '@nestjs/common';
import { AVAILABLE_WHEN, FEATURE, OFFERED, REL, type IsAvailable, type IsOffered } from '@tenantry/kernel';

/** What a route's decorators say of its links. */
export interface RouteHypermedia {
  readonly rel?: string;
  readonly feature?: string;
  readonly isAvailable?: IsAvailable<object>;
  readonly isOffered?: IsOffered;
}

export function hypermediaOf(handler: object, controller: Type): RouteHypermedia {
  const rel = Reflect.getMetadata(REL, handler) as string | undefined;
  const feature = (Reflect.getMetadata(FEATURE, handler) ?? Reflect.getMetadata(FEATURE, controller)) as
    string | undefined;
  const isAvailable = Reflect.getMetadata(AVAILABLE_WHEN, handler) as IsAvailable<object> | undefined;
  const isOffered = (Reflect.getMetadata(OFFERED, handler) ?? Reflect.getMetadata(OFFERED, controller)) as
    IsOffered | undefined;
  return {
    ...(rel !== undefined && { rel }),
    ...(feature !== undefined && { feature }),
    ...(isAvailable && { isAvailable }),
    ...(isOffered && { isOffered }),
  };
}
