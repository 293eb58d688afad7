/** Whether a tenant must be, may be, or is never part of a public route's request. */
export type PublicTenant = 'required' | 'optional' | 'none';

/** Whether a public route looks at a credential that the request brings; one that does not verify is then refused. */
export type PublicCredential = 'ignored' | 'optional';

/** What a route demands of its caller: every route declares one of these, or the platform does not start. */
export type Access =
  | { readonly kind: 'public'; readonly tenant: PublicTenant; readonly credential: PublicCredential }
  | { readonly kind: 'member' }
  | { readonly kind: 'permission'; readonly permissions: readonly string[] }
  | { readonly kind: 'operator' };

export const ACCESS = Symbol.for('tenantry:access');
