import { createHmac, hkdfSync } from 'node:crypto';

/**
 * The one secret of an installation (`TENANTRY_SECRET`). Everything secret that the platform must know again after a
 * restart is derived from it, each under a purpose of its own, so that no derived value tells another (HKDF, RFC 5869).
 */
export class InstallationSecret {
  constructor(private readonly secret: string) {}

  /** 32 bytes for the purpose, the same every time. */
  key(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.secret, 'tenantry', purpose, 32));
  }

  /** A password for the purpose: 43 characters of base64url. */
  password(purpose: string): string {
    return this.key(`password:${purpose}`).toString('base64url');
  }

  /** A keyed digest of the message under the purpose, base64url. */
  mac(purpose: string, message: string): string {
    return createHmac('sha256', this.key(purpose)).update(message).digest('base64url');
  }
}
