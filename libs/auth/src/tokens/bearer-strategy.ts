import type { MaybePromise } from '@tenantry/kernel';
import type { LRUCache } from 'lru-cache';
import { ExtractJwt, Strategy, type VerifiedCallback } from 'passport-jwt';
import { ALGORITHM, type SigningKeys } from '../keys/signing-keys.js';
import { tokenInvalid } from '../auth.errors.js';
import { audienceOf, type AccessClaims, type Plane } from './access-token.js';
import { VerifiedTokens, type VerifiedToken } from './verified-tokens.js';

const bearerToken = ExtractJwt.fromAuthHeaderAsBearerToken();

/** The part of a request that holds the bearer token. */
export interface BearerRequest {
  readonly headers: { readonly authorization?: string };
}

type ReadClaims<Principal> = (claims: Partial<AccessClaims> & Record<string, unknown>) => Principal | undefined;

/**
 * passport-jwt for one plane: our algorithm, our issuer, the plane's audience, and a key that we hold under the token's
 * `kid`. So neither `none` nor a public key used as HMAC secret ever verifies (RFC 8725 section 3.1).
 *
 * The strategy is run by itself, not through passport's authenticator, which is one for the whole process.
 */
export class BearerStrategy<Principal extends object> {
  private readonly strategy: Strategy;
  private readonly verified: VerifiedTokens<Principal>;

  constructor(
    plane: Plane,
    issuer: string,
    private readonly keys: SigningKeys,
    read: ReadClaims<Principal>,
    memory: LRUCache<string, VerifiedToken<Principal>>,
  ) {
    this.verified = new VerifiedTokens(keys, memory);
    const verify = (claims: Parameters<typeof read>[0], done: VerifiedCallback) => {
      const principal = isComplete(claims) ? read(claims) : undefined;
      done(null, principal ?? false, { expires: claims.exp });
    };
    this.strategy = new Strategy(
      {
        jwtFromRequest: bearerToken,
        // jsonwebtoken takes a KeyObject, which passport-jwt's typings do not know.
        secretOrKeyProvider: (_request, token: string, done) =>
          done(null, keys.known(kidOf(token)) as unknown as Buffer),
        algorithms: [ALGORITHM],
        issuer,
        audience: audienceOf(plane),
      },
      verify,
    );
  }

  /**
   * Who the request's token speaks for: at once when the token was verified before.
   *
   * @throws AUTH_TOKEN_INVALID
   */
  authenticate(request: BearerRequest): MaybePromise<Principal> {
    const token = bearerToken(request) ?? '';
    return this.verified.find(token) ?? this.verify(token, request);
  }

  private async verify(token: string, request: BearerRequest): Promise<Principal> {
    const kid = kidOf(token);
    await this.keys.lookUp(kid);
    const key = this.keys.known(kid);
    return new Promise((resolve, reject) => {
      const refuse = (reason: unknown) => reject(tokenInvalid(reason));
      const run = Object.assign(Object.create(this.strategy) as Strategy, {
        success: (principal: Principal, { expires }: { expires: number }) => {
          this.verified.add(token, { principal, kid, key, expires });
          resolve(principal);
        },
        fail: refuse,
        error: refuse,
      });
      run.authenticate(request as never, {});
    });
  }
}

/** A claim set must say when it ends and whose it is; jsonwebtoken lets both be absent. */
function isComplete(claims: Partial<AccessClaims>): boolean {
  return typeof claims.exp === 'number' && typeof claims.iat === 'number' && typeof claims.sub === 'string';
}

function kidOf(token: string): string {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString('utf8'));
    const kid = (header as { kid?: unknown } | null)?.kid;
    return typeof kid === 'string' ? kid : '';
  } catch {
    return '';
  }
}
