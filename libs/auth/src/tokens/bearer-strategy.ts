import { ExtractJwt, Strategy, type SecretOrKeyProvider } from 'passport-jwt';
import { ALGORITHM, type SigningKeys } from '../keys/signing-keys.js';
import { audienceOf, type AccessClaims, type Plane } from './access-token.js';

/**
 * Options of passport-jwt for one plane: our algorithm, our issuer, the plane's audience, and a key that we hold under
 * the token's `kid`. So neither `none` nor a public key used as HMAC secret ever verifies (RFC 8725 section 3.1).
 */
export function bearerOptions(plane: Plane, issuer: string, keys: SigningKeys) {
  const secretOrKeyProvider: SecretOrKeyProvider = (_request, token: unknown, done) => {
    const kid = typeof token === 'string' ? kidOf(token) : undefined;
    if (!kid) return done(new Error('The token names no key.'));
    keys.publicKey(kid).then(
      // jsonwebtoken takes a KeyObject, which passport-jwt's typings do not know.
      (key) =>
        key ? done(null, key as unknown as Buffer) : done(new Error('The token is signed with a foreign key.')),
      (error: unknown) => done(error),
    );
  };
  return {
    jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
    secretOrKeyProvider,
    algorithms: [ALGORITHM] satisfies ['RS256'],
    issuer,
    audience: audienceOf(plane),
    passReqToCallback: false as const,
  };
}

/** A claim set must say when it ends and whose it is; jsonwebtoken lets both be absent. */
export function isComplete(claims: Partial<AccessClaims>): claims is AccessClaims {
  return typeof claims.exp === 'number' && typeof claims.iat === 'number' && typeof claims.sub === 'string';
}

export { Strategy };

function kidOf(token: string): string | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString('utf8'));
    const kid = (header as { kid?: unknown } | null)?.kid;
    return typeof kid === 'string' ? kid : undefined;
  } catch {
    return undefined;
  }
}
