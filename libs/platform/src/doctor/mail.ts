import type { Settings } from '@tenantry/kernel';
import { probeMail } from '@tenantry/onboarding';
import { finding, type Finding } from './finding.js';

/** Whether the server that sends mails takes them, where somebody can sign up. Sends none. */
export async function examineMail(settings: Settings): Promise<Finding[]> {
  if (settings.get('TENANTRY_SIGNUP') === 'off') return [];
  if (settings.get('TENANTRY_MAIL') === 'log') {
    const remedy = 'Set TENANTRY_SMTP_URL and TENANTRY_MAIL_FROM, and unset TENANTRY_MAIL.';
    const detail = 'TENANTRY_MAIL=log: whoever reads the log signs up as anybody';
    return [finding('mails are sent', false, { detail, remedy, otherwise: 'warning' })];
  }
  const refusal = await probeMail(settings).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  return [
    finding('the mail server takes mails', refusal === undefined, {
      detail: refusal,
      remedy:
        'Check TENANTRY_SMTP_URL: host, port, user, password, and the certificate of the server (TENANTRY_SMTP_CA).',
    }),
  ];
}
