import { Injectable, type CanActivate } from '@nestjs/common';
import { Settings } from '@tenantry/kernel';
import { SignupClosed } from './signup.errors.js';

export const isSignupOpen = (settings: Settings): boolean => settings.get('TENANTRY_SIGNUP') === 'open';

/** Refuses everything of signing up where it is not switched on. */
@Injectable()
export class SignupGuard implements CanActivate {
  constructor(private readonly settings: Settings) {}

  /** @throws SIGNUP_CLOSED */
  canActivate(): boolean {
    if (!isSignupOpen(this.settings)) throw new SignupClosed();
    return true;
  }
}
