import type { LinkedRoute } from './linked-route.js';
import { suffixOf } from './route-pattern.js';

/** A request that a link relation leads to. */
export class RelationRequestView {
  /** @example "POST" */
  method!: string;
  /** A URI template (RFC 6570). @example "/orders/{id}/cancel" */
  path!: string;
  /** What it does, if its author says so. */
  description?: string;
  /** `public`, `member` (whoever is signed in to the tenant), `permission` or `operator`. */
  access!: string;
  /** All of these are needed. */
  permissions!: string[];
  /** The optional feature that the tenant's plan must have. */
  feature?: string;
}

/** What a link relation means. */
export class RelationView {
  /** @example "orders:cancel" */
  rel!: string;
  module!: string;
  name!: string;
  requests!: RelationRequestView[];
  _links!: { self: { href: string } };
}

export function describeRequest({ method, path, title, access, feature }: LinkedRoute): RelationRequestView {
  return {
    method,
    path: suffixOf(path, '/') || '/',
    ...(title !== undefined && { description: title }),
    access: access.kind,
    permissions: access.kind === 'permission' ? [...access.permissions] : [],
    ...(feature !== undefined && { feature }),
  };
}
