import { parseSettings } from '@tenantry/kernel';
import { afterEach, describe, expect, it } from 'vitest';
import { MailServer } from '../support/mail-server.js';
import { CaptchaModule } from '../support/signup.module.js';
import { startPlatform, type TestPlatform } from '../support/test-platform.js';

let platform: TestPlatform | undefined;

afterEach(async () => {
  await platform?.close();
  platform = undefined;
});

const request = { email: 'ada@beta.example', organization: 'Beta' };

describe('sign-up', () => {
  it('is off unless it is switched on: no route answers and no link shows it', async () => {
    platform = await startPlatform();
    const closed = { status: 404, body: { code: 'SIGNUP_CLOSED' } };
    expect(await platform.anyone.post('/signup', request)).toMatchObject(closed);
    expect(await platform.anyone.post('/signup/verify', { token: 'x' })).toMatchObject(closed);
    expect(await platform.anyone.get('/signup/slugs?name=Acme')).toMatchObject(closed);
    expect((await platform.anyone.get('/')).text).not.toContain('signup');
  });

  it('cannot be switched on without a way to send mail', () => {
    const open = { TENANTRY_SIGNUP: 'open' };
    expect(() => parseSettings(open)).toThrow(/TENANTRY_SMTP_URL.*\n.*TENANTRY_MAIL_FROM/);
    expect(() => parseSettings({ ...open, TENANTRY_SMTP_URL: 'smtp://localhost' })).toThrow(/TENANTRY_MAIL_FROM/);
    expect(() => parseSettings({ ...open, TENANTRY_MAIL: 'log' })).not.toThrow();
    const injected = { TENANTRY_MAIL_FROM: 'a@b.example\r\nBcc: c@d.example', TENANTRY_SMTP_URL: 'smtp://localhost' };
    expect(() => parseSettings({ ...open, ...injected })).toThrow(/TENANTRY_MAIL_FROM/);
  });

  it('prints its links to the log for development, and says loudly that it sends nothing', async () => {
    platform = await startPlatform({ environment: { TENANTRY_SIGNUP: 'open', TENANTRY_MAIL: 'log' } });
    expect(platform.log.join('')).toContain('NOT SENT');
    await platform.anyone.post('/signup', request);
    await platform.close();
    expect(platform.log.join('')).toMatch(/NOT SENT, to ada@beta\.example.*#token=/);
    platform = undefined;
  });

  it('keeps to the domains that are allowed, takes a module’s captcha and its letter', async () => {
    const mails = await MailServer.start();
    platform = await startPlatform({
      modules: [CaptchaModule],
      environment: {
        TENANTRY_SIGNUP: 'open',
        TENANTRY_SIGNUP_ALLOWED_DOMAINS: 'Beta.example',
        TENANTRY_SMTP_URL: mails.url,
        TENANTRY_MAIL_FROM: 'noreply@tenantry.example',
      },
    });
    const { anyone } = platform;
    const refused = await anyone.post('/signup', { ...request, email: 'ada@gamma.example' });
    expect(refused).toMatchObject({ status: 422, body: { code: 'SIGNUP_ADDRESS_REFUSED' } });
    const robot = await anyone.post('/signup', { ...request, captcha: 'robot' });
    expect(robot).toMatchObject({ status: 403, body: { code: 'SIGNUP_REFUSED' } });
    const organization = 'Beta\r\nBcc: victim@beta.example';
    expect((await anyone.post('/signup', { ...request, organization })).status).toBe(202);
    const [mail] = await mails.to('ada@beta.example');
    expect(mail?.raw).toMatch(/^Subject: Welcome, Beta /m);
    expect(mail?.raw.split('\r\n\r\n')[0]).not.toMatch(/^Bcc:/im);
    expect(mails.mails).toHaveLength(1);
    await mails.stop();
  });
});
