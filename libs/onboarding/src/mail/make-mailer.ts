import type { Settings } from '@tenantry/kernel';
import { LogMailer } from './log-mailer.js';
import { Mailer } from './mailer.js';
import { SmtpMailer } from './smtp-mailer.js';

/** The mailer that the settings ask for. */
export function makeMailer(settings: Settings): Mailer {
  if (settings.get('TENANTRY_SIGNUP') === 'off') return new NoMailer();
  if (settings.get('TENANTRY_MAIL') === 'log') return new LogMailer();
  return new SmtpMailer(settings.get('TENANTRY_SMTP_URL') ?? '', settings.get('TENANTRY_MAIL_FROM') ?? '');
}

/** Where nothing sends mail. */
class NoMailer extends Mailer {
  send(): Promise<void> {
    return Promise.reject(new Error('No mail is set up.'));
  }
}
