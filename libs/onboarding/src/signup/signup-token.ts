import { Injectable } from '@nestjs/common';
import { digest } from '@tenantry/auth';
import { InstallationSecret } from '@tenantry/kernel';

/**
 * Tokens of sign-ups: keyed digests of the request's id. The database holds only a digest of the token, and yet a mail
 * that has to be sent again carries the same one.
 */
@Injectable()
export class SignupToken {
  constructor(private readonly secret: InstallationSecret) {}

  of(requestId: string): string {
    return this.secret.mac('signup-token', requestId);
  }

  hash(token: string): string {
    return digest(token);
  }
}
