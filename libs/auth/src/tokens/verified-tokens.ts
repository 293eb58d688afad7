import type { KeyObject } from 'node:crypto';
import type { LRUCache } from 'lru-cache';
import type { SigningKeys } from '../keys/signing-keys.js';

export interface VerifiedToken<Principal> {
  readonly principal: Principal;
  readonly kid: string;
  readonly key: KeyObject | undefined;
  /** Seconds since 1970. */
  readonly expires: number;
}

/** Longer ones are verified each time, so that the memory is bounded. */
const LONGEST = 4096;

/**
 * Tokens whose signature was verified before, so that a client's next requests do not pay for it again. A token is
 * forgotten when it expires and when its key is no longer the one that verified it; whether its session has ended is
 * for the guard to ask, each time.
 */
export class VerifiedTokens<Principal extends object> {
  constructor(
    private readonly keys: Pick<SigningKeys, 'known'>,
    private readonly tokens: LRUCache<string, VerifiedToken<Principal>>,
  ) {}

  find(token: string): Principal | undefined {
    const verified = this.tokens.get(token);
    if (!verified) return undefined;
    const { principal, kid, key, expires } = verified;
    // The first comparison is jsonwebtoken's.
    if (Math.floor(Date.now() / 1000) < expires && this.keys.known(kid) === key) return principal;
    this.tokens.delete(token);
    return undefined;
  }

  add(token: string, verified: VerifiedToken<Principal>): void {
    if (token.length <= LONGEST) this.tokens.set(token, verified);
  }
}
