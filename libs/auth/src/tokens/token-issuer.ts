import { Injectable } from '@nestjs/common';
import { Clock, newId, Settings } from '@tenantry/kernel';
import { SignJWT } from 'jose';
import { ALGORITHM, SigningKeys } from '../keys/signing-keys.js';
import { audienceOf, type Plane } from './access-token.js';

export interface IssuedToken {
  readonly accessToken: string;
  readonly tokenType: 'Bearer';
  /** Seconds. */
  readonly expiresIn: number;
}

/** Signs short-lived access tokens. */
@Injectable()
export class TokenIssuer {
  readonly issuer: string;
  private readonly ttl: number;

  constructor(
    private readonly keys: SigningKeys,
    private readonly clock: Clock,
    settings: Settings,
  ) {
    this.ttl = settings.get('TENANTRY_ACCESS_TOKEN_TTL');
    this.issuer = settings.get('TENANTRY_PUBLIC_URL') ?? `urn:tenantry:${settings.get('TENANTRY_INSTALLATION')}`;
  }

  /** @param claims the plane's own, besides the registered ones */
  async issue(plane: Plane, subject: string, claims: Record<string, unknown> = {}): Promise<IssuedToken> {
    const { kid, privateKey } = this.keys.current();
    const now = Math.floor(this.clock.now().getTime() / 1000);
    const accessToken = await new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM, kid, typ: 'at+jwt' })
      .setIssuer(this.issuer)
      .setAudience(audienceOf(plane))
      .setSubject(subject)
      .setIssuedAt(now)
      .setExpirationTime(now + this.ttl)
      .setJti(newId())
      .sign(privateKey);
    return { accessToken, tokenType: 'Bearer', expiresIn: this.ttl };
  }
}
