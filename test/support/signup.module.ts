import { Injectable, type OnModuleInit } from '@nestjs/common';
import { SignupExtensions, TenantryModule, type SignupAttempt, type SignupLetter } from '@tenantry/platform';

/** A captcha, and a letter of one's own for one domain. */
@Injectable()
class Captcha implements OnModuleInit {
  constructor(private readonly extensions: SignupExtensions) {}

  onModuleInit(): void {
    this.extensions.use({
      admits: ({ captcha }: SignupAttempt) => captcha !== 'robot',
      compose: ({ link, organization }: SignupLetter) => ({
        subject: `Welcome, ${organization}`,
        text: `${organization}: ${link}`,
      }),
    });
  }
}

@TenantryModule({ name: 'captcha', compatibility: '^1.0.0', providers: [Captcha] })
export class CaptchaModule {}
