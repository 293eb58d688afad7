import { Injectable } from '@nestjs/common';
import {
  Caches,
  isId,
  Settings,
  type MaybePromise,
  type OperatorPrincipal,
  type Principal,
  type UserPrincipal,
} from '@tenantry/kernel';
import { SigningKeys } from '../keys/signing-keys.js';
import { PermissionCatalogue } from '../permissions/permission-catalogue.js';
import { audienceOf } from './access-token.js';
import { BearerStrategy, type BearerRequest } from './bearer-strategy.js';
import { TokenIssuer } from './token-issuer.js';
import type { VerifiedToken } from './verified-tokens.js';

/** Reads the access tokens of both planes. */
@Injectable()
export class BearerTokens {
  private readonly users: BearerStrategy<UserPrincipal>;
  private readonly operators: BearerStrategy<OperatorPrincipal>;

  constructor(
    keys: SigningKeys,
    { issuer }: TokenIssuer,
    catalogue: PermissionCatalogue,
    caches: Caches,
    settings: Settings,
  ) {
    const max = settings.get('TENANTRY_TOKEN_CACHE');
    const users = caches.lru<string, VerifiedToken<UserPrincipal>>('user-tokens', max);
    const operators = caches.lru<string, VerifiedToken<OperatorPrincipal>>('operator-tokens', max);
    this.users = new BearerStrategy('tenant', issuer, keys, (claims) => userOf(claims, catalogue), users);
    this.operators = new BearerStrategy('control', issuer, keys, operatorOf, operators);
  }

  /** @throws AUTH_TOKEN_INVALID */
  user(request: BearerRequest): MaybePromise<UserPrincipal> {
    return this.users.authenticate(request);
  }

  /** @throws AUTH_TOKEN_INVALID */
  operator(request: BearerRequest): MaybePromise<OperatorPrincipal> {
    return this.operators.authenticate(request);
  }

  /**
   * Of whichever plane the token says it is. What it says only chooses who verifies it: a strategy takes no token of the
   * other plane.
   *
   * @throws AUTH_TOKEN_INVALID
   */
  either(request: BearerRequest): MaybePromise<Principal> {
    return isForOperators(request.headers.authorization ?? '') ? this.operator(request) : this.user(request);
  }
}

function isForOperators(authorization: string): boolean {
  try {
    const claims: unknown = JSON.parse(Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return (claims as { aud?: unknown } | null)?.aud === audienceOf('control');
  } catch {
    return false;
  }
}

function operatorOf({ sub }: Record<string, unknown>): OperatorPrincipal {
  return Object.freeze({ kind: 'operator', id: String(sub) });
}

function userOf(claims: Record<string, unknown>, catalogue: PermissionCatalogue): UserPrincipal | undefined {
  const { sub, tid, sid, roles } = claims;
  if (typeof tid !== 'string' || !isId(tid) || typeof sid !== 'string') return undefined;
  if (!Array.isArray(roles) || !roles.every((role): role is string => typeof role === 'string')) return undefined;
  // Frozen, because a token's requests share it.
  return Object.freeze({
    kind: 'user',
    id: String(sub),
    tenantId: tid,
    sessionId: sid,
    roles: Object.freeze(roles),
    permissions: catalogue.permissionsOf(roles),
  });
}
