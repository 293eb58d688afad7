import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { isId, type UserPrincipal } from '@tenantry/kernel';
import { SigningKeys } from '../keys/signing-keys.js';
import { PermissionCatalogue } from '../permissions/permission-catalogue.js';
import type { UserClaims } from './access-token.js';
import { bearerOptions, isComplete, Strategy } from './bearer-strategy.js';
import { TokenIssuer } from './token-issuer.js';

export const USER_STRATEGY = 'tenantry-user';

/** Access tokens of tenants' users. */
@Injectable()
export class UserStrategy extends PassportStrategy(Strategy, USER_STRATEGY) {
  constructor(
    keys: SigningKeys,
    issuer: TokenIssuer,
    private readonly catalogue: PermissionCatalogue,
  ) {
    super(bearerOptions('tenant', issuer.issuer, keys));
  }

  validate(claims: Partial<UserClaims>): UserPrincipal | false {
    const { tid, sid, roles } = claims;
    if (!isComplete(claims) || typeof tid !== 'string' || !isId(tid) || typeof sid !== 'string') return false;
    if (!Array.isArray(roles) || !roles.every((role) => typeof role === 'string')) return false;
    return {
      kind: 'user',
      id: claims.sub,
      tenantId: tid,
      sessionId: sid,
      roles,
      permissions: this.catalogue.permissionsOf(roles),
    };
  }
}
