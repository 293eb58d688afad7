import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { OperatorPrincipal } from '@tenantry/kernel';
import { SigningKeys } from '../keys/signing-keys.js';
import type { AccessClaims } from './access-token.js';
import { bearerOptions, isComplete, Strategy } from './bearer-strategy.js';
import { TokenIssuer } from './token-issuer.js';

export const OPERATOR_STRATEGY = 'tenantry-operator';

/** Access tokens of operators. */
@Injectable()
export class OperatorStrategy extends PassportStrategy(Strategy, OPERATOR_STRATEGY) {
  constructor(keys: SigningKeys, issuer: TokenIssuer) {
    super(bearerOptions('control', issuer.issuer, keys));
  }

  validate(claims: Partial<AccessClaims>): OperatorPrincipal | false {
    return isComplete(claims) ? { kind: 'operator', id: claims.sub } : false;
  }
}
