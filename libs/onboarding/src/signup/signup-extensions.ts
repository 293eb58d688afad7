import { Global, Injectable, Module } from '@nestjs/common';
import type { Mail } from '../mail/mailer.js';
import type { SignupInput } from './signup.dto.js';

/** Who signs up, and from where. */
export interface SignupAttempt extends Readonly<SignupInput> {
  /** Address of the client. */
  readonly address: string;
}

/** What the mail of a sign-up is made of. All but the link was written by a stranger: escape it, or leave it out. */
export interface SignupLetter {
  readonly link: string;
  readonly expiresAt: Date;
  readonly email: string;
  readonly organization: string;
}

export interface SignupExtension {
  /**
   * Looks at an attempt before anything is kept or sent: a captcha, a list of one's own.
   *
   * @returns false to refuse with 403 SIGNUP_REFUSED; may throw an error of its own instead
   */
  admits?(attempt: SignupAttempt): Promise<boolean> | boolean;

  /** The mail with the link, instead of the built-in one. */
  compose?(letter: SignupLetter): Omit<Mail, 'to'>;
}

/**
 * Where modules change how people sign up: inject it and call `use` in `onModuleInit`.
 *
 * @since 0.1.0
 */
@Injectable()
export class SignupExtensions {
  private readonly extensions: SignupExtension[] = [];

  use(extension: SignupExtension): void {
    this.extensions.push(extension);
  }

  /** Whether every extension admits it. */
  async admit(attempt: SignupAttempt): Promise<boolean> {
    for (const extension of this.extensions) {
      if (extension.admits && !(await extension.admits(attempt))) return false;
    }
    return true;
  }

  /** The mail of the extension that came last, if any composes one. */
  compose(letter: SignupLetter): Omit<Mail, 'to'> | undefined {
    return this.extensions.findLast((each) => 'compose' in each)?.compose?.(letter);
  }
}

@Global()
@Module({ providers: [SignupExtensions], exports: [SignupExtensions] })
export class SignupExtensionsModule {}
