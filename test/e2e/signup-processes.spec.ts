import { NotesModule } from '@tenantry/example-notes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MailServer } from '../support/mail-server.js';
import { PASSWORD, startPlatform, type TestPlatform } from '../support/test-platform.js';

let mails: MailServer;
let platform: TestPlatform;
let other: TestPlatform;

beforeAll(async () => {
  mails = await MailServer.start();
  platform = await startPlatform({
    modules: [NotesModule],
    environment: {
      TENANTRY_SIGNUP: 'open',
      TENANTRY_SMTP_URL: mails.url,
      TENANTRY_MAIL_FROM: 'Tenantry <noreply@tenantry.example>',
    },
  });
  other = await platform.another();
});

afterAll(async () => {
  await other.close();
  await platform.close();
  await mails.stop();
});

describe('with two processes', () => {
  it('a token confirmed in both at once makes one tenant', async () => {
    await platform.anyone.post('/signup', { email: 'both@beta.example', organization: 'Beta' });
    const token = await mails.tokenFor('both@beta.example');
    const answers = await Promise.all(
      [platform, other].map(({ anyone }, index) =>
        anyone.post('/signup/verify', { token, password: PASSWORD, slug: `both-${index}` }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(await platform.database.admin(`SELECT FROM platform.tenant WHERE slug LIKE 'both-%'`)).toHaveLength(1);
  });

  it('a network is slowed down for all it asks of both', async () => {
    await platform.database.admin('DELETE FROM platform.login_attempt');
    const statuses: number[] = [];
    for (let count = 0; count < 22; count += 1) {
      const { anyone } = count % 2 ? other : platform;
      const body = { email: `shared${count}@beta.example`, organization: 'Beta' };
      statuses.push((await anyone.post('/signup', body)).status);
    }
    expect(statuses).toEqual([...Array<number>(20).fill(202), 429, 429]);
  });
});
