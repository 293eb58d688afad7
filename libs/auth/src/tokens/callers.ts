import { Injectable } from '@nestjs/common';
import type { Principal } from '@tenantry/kernel';
import { sessionEnded } from '../auth.errors.js';
import { SessionRevocations } from '../sessions/session-revocations.js';
import type { BearerRequest } from './bearer-strategy.js';
import { BearerTokens } from './bearer-tokens.js';

/** Says who is calling where a route serves both planes and nobody in particular. */
@Injectable()
export class Callers {
  constructor(
    private readonly tokens: BearerTokens,
    private readonly revocations: SessionRevocations,
  ) {}

  /**
   * Who the request's token speaks for; undefined without one.
   *
   * @throws AUTH_TOKEN_INVALID, AUTH_SESSION_ENDED
   */
  async of(request: BearerRequest): Promise<Principal | undefined> {
    if (request.headers.authorization === undefined) return undefined;
    const principal = await this.tokens.either(request);
    if (principal.kind === 'user' && this.revocations.isRevoked(principal.sessionId)) throw sessionEnded();
    return principal;
  }
}
