import { Injectable } from '@nestjs/common';
import { Settings } from '@tenantry/kernel';
import { SignupAddresses } from './signup-addresses.js';
import { SignupExtensions, type SignupAttempt } from './signup-extensions.js';
import { SignupThrottle } from './signup-throttle.js';
import { SignupRefused } from './signup.errors.js';

/** Everything that stands between a stranger and a mail. */
@Injectable()
export class SignupChecks {
  constructor(
    private readonly throttle: SignupThrottle,
    private readonly addresses: SignupAddresses,
    private readonly extensions: SignupExtensions,
    private readonly settings: Settings,
  ) {}

  /**
   * @returns seconds that the link will be good for, and whether one more mail may go to this address
   * @throws SIGNUP_TOO_MANY, SIGNUP_ADDRESS_REFUSED, SIGNUP_REFUSED
   */
  async check(attempt: SignupAttempt): Promise<{ expiresIn: number; mayMail: boolean }> {
    await this.throttle.request(attempt.address);
    await this.addresses.check(attempt.email);
    if (!(await this.extensions.admit(attempt))) throw new SignupRefused();
    const mayMail = await this.throttle.mayMail(attempt.email.toLowerCase());
    return { expiresIn: this.settings.get('TENANTRY_SIGNUP_TTL'), mayMail };
  }
}
