/** The two planes, each an audience of its own: a token of one is worth nothing on the other. */
export type Plane = 'tenant' | 'control';

export const audienceOf = (plane: Plane): string => `tenantry:${plane}`;

/** Claims of an access token (RFC 9068 where it has a name for them). */
export interface AccessClaims {
  readonly iss: string;
  readonly aud: string;
  /** User or operator id. */
  readonly sub: string;
  /** Seconds since 1970. */
  readonly exp: number;
  readonly iat: number;
  readonly jti: string;
}

/** Claims of a tenant's user. */
export interface UserClaims extends AccessClaims {
  /** Tenant id. */
  readonly tid: string;
  /** Tenant slug when the token was made; for people to read, never trusted. */
  readonly tsl: string;
  /** Session id. */
  readonly sid: string;
  readonly roles: readonly string[];
}
