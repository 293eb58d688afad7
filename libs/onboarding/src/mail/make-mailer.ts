import { readFileSync } from 'node:fs';
import type { Settings } from '@tenantry/kernel';
import { LogMailer } from './log-mailer.js';
import { Mailer } from './mailer.js';
import { probeSmtp, SmtpMailer, type SmtpServer } from './smtp-mailer.js';

/** The mailer that the settings ask for. */
export function makeMailer(settings: Settings): Mailer {
  if (settings.get('TENANTRY_SIGNUP') === 'off') return new NoMailer();
  if (settings.get('TENANTRY_MAIL') === 'log') return new LogMailer();
  return new SmtpMailer({ from: settings.get('TENANTRY_MAIL_FROM') ?? '', ...smtpServer(settings) });
}

/** Resolves where the mail server of the settings takes mails; sends none. */
export async function probeMail(settings: Settings): Promise<void> {
  await probeSmtp(smtpServer(settings));
}

function smtpServer(settings: Settings): SmtpServer {
  const url = settings.get('TENANTRY_SMTP_URL') ?? '';
  const ca = settings.get('TENANTRY_SMTP_CA');
  return {
    url,
    requireTls: settings.get('TENANTRY_SMTP_TLS') === 'required' && !isOnThisMachine(url),
    ca: ca === undefined ? undefined : readFileSync(ca, 'utf8'),
  };
}

/** Where nobody can stand between. */
function isOnThisMachine(url: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}

/** Where nothing sends mail. */
class NoMailer extends Mailer {
  send(): Promise<void> {
    return Promise.reject(new Error('No mail is set up.'));
  }
}
