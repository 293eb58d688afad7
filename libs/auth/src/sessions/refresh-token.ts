import { timingSafeEqual } from 'node:crypto';
import { type InstallationSecret, isId } from '@tenantry/kernel';

/** What a refresh token says once its seal is checked. */
export interface RefreshClaims {
  readonly sessionId: string;
  readonly generation: number;
}

const PURPOSE = 'refresh-token';

/**
 * A refresh token names its session and generation and is sealed with the installation's secret over the tenant as well.
 * Being computable, the successor of a token that was used twice in parallel is the same for both, which keeps ordinary
 * parallel requests from looking like theft.
 */
export function sealRefreshToken(secret: InstallationSecret, tenantId: string, claims: RefreshClaims): string {
  const body = `${claims.sessionId}.${claims.generation}`;
  return `${body}.${secret.mac(PURPOSE, `${tenantId}.${body}`)}`;
}

/** The token's claims, or undefined when it is not one of this tenant's. */
export function openRefreshToken(
  secret: InstallationSecret,
  tenantId: string,
  token: string,
): RefreshClaims | undefined {
  const [sessionId = '', generation = ''] = token.split('.');
  if (!isId(sessionId) || !/^\d{1,9}$/.test(generation)) return undefined;
  const claims = { sessionId, generation: Number(generation) };
  const expected = Buffer.from(sealRefreshToken(secret, tenantId, claims));
  const given = Buffer.from(token);
  return given.length === expected.length && timingSafeEqual(given, expected) ? claims : undefined;
}
