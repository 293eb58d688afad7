import { Injectable } from '@nestjs/common';
import { publicOrigin, Settings } from '@tenantry/kernel';
import type { Mail } from '../mail/mailer.js';
import { SignupExtensions } from './signup-extensions.js';
import { signupLetter } from './signup-letter.js';
import type { SignupRequest } from './signup-request.entity.js';
import { SignupToken } from './signup-token.js';

/** Writes the mail of a sign-up. */
@Injectable()
export class SignupLetters {
  constructor(
    private readonly settings: Settings,
    private readonly extensions: SignupExtensions,
    private readonly token: SignupToken,
  ) {}

  write({ id, email, organization, expiresAt }: SignupRequest): Mail {
    // In the fragment, which browsers keep from servers, proxies and their logs.
    const link = new URL(`/signup/verify#token=${this.token.of(id)}`, publicOrigin(this.settings)).href;
    const letter = { link, expiresAt, email, organization };
    return { to: email, ...(this.extensions.compose(letter) ?? signupLetter(letter)) };
  }
}
