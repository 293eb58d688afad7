import { parseSettings } from '@tenantry/kernel';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeMailer } from '../../libs/onboarding/src/mail/make-mailer.js';
import { SmtpMailer } from '../../libs/onboarding/src/mail/smtp-mailer.js';
import { certificateFor, type Certificate } from '../support/certificate.js';
import { MailServer, type MailServerOptions } from '../support/mail-server.js';

const letter = { to: 'ada@beta.example', subject: 'Link', text: 'https://beta.example/#token=secret' };
const from = 'noreply@tenantry.example';
let certificate: Certificate;
let elsewhere: Certificate;
let mails: MailServer;

beforeAll(async () => {
  [certificate, elsewhere] = await Promise.all([certificateFor('127.0.0.1'), certificateFor('mail.example')]);
});

afterEach(() => mails.stop());

const start = async (options: MailServerOptions) => (mails = await MailServer.start(options));
const url = (scheme: string) => `${scheme}://ada:mail-password@127.0.0.1:${mails.port}`;

describe.each([
  ['starttls', 'smtp'],
  ['implicit', 'smtps'],
] as const)('a mail by TLS (%s)', (tls, scheme) => {
  it('goes to a server whose certificate is trusted', async () => {
    await start({ tls, certificate });
    await new SmtpMailer({ url: url(scheme), from, requireTls: true, ca: certificate.cert }).send(letter);
    expect(mails.mails).toMatchObject([{ to: ['ada@beta.example'], secure: true }]);
    expect(mails.logins).toEqual(['ada']);
  });

  it.each([
    ['is not trusted', () => ({ certificate, ca: undefined })],
    ['is of another host', () => ({ certificate: elsewhere, ca: elsewhere.cert })],
  ])('is kept from a server whose certificate %s, and so is the password', async (_, given) => {
    const { certificate: shown, ca } = given();
    await start({ tls, certificate: shown });
    const sent = new SmtpMailer({ url: url(scheme), from, requireTls: true, ca }).send(letter);
    await expect(sent).rejects.toThrow(/certificate|altnames/i);
    expect([mails.mails, mails.logins]).toEqual([[], []]);
  });
});

describe('a server without TLS', () => {
  it('gets neither mail nor password where TLS is required', async () => {
    await start({});
    const sent = new SmtpMailer({ url: url('smtp'), from, requireTls: true }).send(letter);
    await expect(sent).rejects.toMatchObject({ code: 'ETLS' });
    expect([mails.mails, mails.logins]).toEqual([[], []]);
  });

  it('is taken where the settings say so, and on this machine', async () => {
    await start({});
    const open = { TENANTRY_SIGNUP: 'open', TENANTRY_MAIL_FROM: from };
    await makeMailer(parseSettings({ ...open, TENANTRY_SMTP_URL: mails.url })).send(letter);
    expect(mails.mails).toMatchObject([{ secure: false }]);
    const there = { ...open, TENANTRY_SMTP_URL: `smtp://127.0.0.1.nip.invalid:${mails.port}` };
    const transport = (settings: Record<string, string>) =>
      (makeMailer(parseSettings(settings)) as unknown as { transport: { options: { requireTLS: boolean } } }).transport
        .options.requireTLS;
    expect(transport(there)).toBe(true);
    expect(transport({ ...there, TENANTRY_SMTP_TLS: 'offered' })).toBe(false);
  });
});

describe('a certificate of one’s own', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'tenantry-ca-'))));
  afterAll(() => rm(folder, { recursive: true }));

  it('is trusted by its file', async () => {
    await start({ tls: 'implicit', certificate });
    const file = join(folder, 'ca.pem');
    await writeFile(file, certificate.cert);
    const settings = { TENANTRY_SIGNUP: 'open', TENANTRY_MAIL_FROM: from, TENANTRY_SMTP_CA: file };
    await makeMailer(parseSettings({ ...settings, TENANTRY_SMTP_URL: url('smtps') })).send(letter);
    expect(mails.mails).toMatchObject([{ secure: true }]);
  });
});
