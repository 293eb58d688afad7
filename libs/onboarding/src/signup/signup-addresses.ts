import { Injectable } from '@nestjs/common';
import { Settings } from '@tenantry/kernel';
import { SignupAddressRefused } from './signup.errors.js';

/** Which addresses may sign up: by the settings, and by a list of providers of disposable ones. */
@Injectable()
export class SignupAddresses {
  private readonly allowed: readonly string[];
  private readonly blocked: readonly string[];

  constructor(settings: Settings) {
    this.allowed = settings.get('TENANTRY_SIGNUP_ALLOWED_DOMAINS').map((domain) => domain.toLowerCase());
    this.blocked = settings.get('TENANTRY_SIGNUP_BLOCKED_DOMAINS').map((domain) => domain.toLowerCase());
  }

  /**
   * An allowed domain is never taken for a disposable one; where any are allowed, no others are.
   *
   * @throws SIGNUP_ADDRESS_REFUSED
   */
  async check(email: string): Promise<void> {
    const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
    if (isAmong(domain, this.blocked)) throw new SignupAddressRefused();
    if (this.allowed.length > 0) {
      if (!isAmong(domain, this.allowed)) throw new SignupAddressRefused();
      return;
    }
    // Two megabytes that only installations with sign-up need.
    const { default: checker } = await import('mailchecker');
    if (!checker.isValid(`a@${domain}`)) throw new SignupAddressRefused();
  }
}

/** A domain counts with all below it. */
function isAmong(domain: string, domains: readonly string[]): boolean {
  return domains.some((each) => domain === each || domain.endsWith(`.${each}`));
}
