import { Settings } from '@tenantry/kernel';
import { Mailer } from '../mail/mailer.js';
import { makeMailer } from '../mail/make-mailer.js';
import { SignupAddresses } from './signup-addresses.js';
import { SignupChecks } from './signup-checks.js';
import { SignupCompletion } from './signup-completion.js';
import { SignupGuard } from './signup.guard.js';
import { SignupLetters } from './signup-letters.js';
import { SignupMails } from './signup-mails.js';
import { SignupPlan } from './signup-plan.js';
import { SignupTenants } from './signup-tenants.js';
import { SignupThrottle } from './signup-throttle.js';
import { SignupToken } from './signup-token.js';
import { Signups } from './signups.js';
import { SlugFinder } from './slug-finder.js';

export const signupProviders = [
  { provide: Mailer, inject: [Settings], useFactory: makeMailer },
  SignupAddresses,
  SignupChecks,
  SignupCompletion,
  SignupGuard,
  SignupLetters,
  SignupMails,
  SignupPlan,
  Signups,
  SignupTenants,
  SignupThrottle,
  SignupToken,
  SlugFinder,
];
