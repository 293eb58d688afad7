import type { Principal, PrincipalRequest } from '@tenantry/kernel';
import type { LinkedRoute } from './linked-route.js';

/** What of a request decides which links it is shown. */
export interface LinkCaller {
  readonly kind: Principal['kind'] | 'nobody';
  readonly permissions: ReadonlySet<string>;
  readonly features: ReadonlySet<string>;
  readonly hasTenant: boolean;
}

const NONE: ReadonlySet<string> = new Set();

export function callerOf({ principal, features, tenant }: PrincipalRequest & { tenant?: unknown }): LinkCaller {
  return {
    kind: principal?.kind ?? 'nobody',
    permissions: principal?.kind === 'user' ? principal.permissions : NONE,
    features: features ?? NONE,
    hasTenant: tenant !== undefined,
  };
}

/** Whether the guards would let this caller in, as far as that does not depend on the resource. */
export function mayCall({ access, feature, method }: LinkedRoute, caller: LinkCaller): boolean {
  if (feature !== undefined && !caller.features.has(feature)) return false;
  switch (access.kind) {
    case 'public':
      // How to sign in is shown where no tenant is named yet: the client names it with the request.
      return access.tenant !== 'required' || caller.hasTenant || method !== 'GET';
    case 'operator':
      return caller.kind === 'operator';
    case 'member':
      return caller.kind === 'user';
    case 'permission':
      return caller.kind === 'user' && access.permissions.every((permission) => caller.permissions.has(permission));
  }
}

/**
 * Whether the root document tells this caller of the route: one plane each, nothing that stands outside of both, and ways
 * to sign in only to who has not.
 */
export function isForRoot({ access, method, isOffered }: LinkedRoute, { kind }: LinkCaller): boolean {
  if (isOffered) return kind === 'nobody';
  if (access.kind !== 'public') return true;
  if (access.tenant === 'none' || kind === 'operator') return false;
  return kind === 'nobody' || method === 'GET';
}
