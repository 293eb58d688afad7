import { NotesModule } from '@tenantry/example-notes';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MailServer, tokenIn } from '../support/mail-server.js';
import { PASSWORD, startPlatform, type TestPlatform } from '../support/test-platform.js';
import { SignupMails } from '../../libs/onboarding/src/signup/signup-mails.js';

let mails: MailServer;
let platform: TestPlatform;

beforeAll(async () => {
  mails = await MailServer.start();
  platform = await startPlatform({
    modules: [NotesModule],
    environment: {
      TENANTRY_SIGNUP: 'open',
      TENANTRY_SIGNUP_PLAN: 'team',
      TENANTRY_SIGNUP_RATE: '30',
      TENANTRY_SIGNUP_BLOCKED_DOMAINS: 'rival.example',
      TENANTRY_SMTP_URL: mails.url,
      TENANTRY_MAIL_FROM: 'Tenantry <noreply@tenantry.example>',
    },
  });
  await platform.createTenant('acme');
});

afterAll(async () => {
  await platform.close();
  await mails.stop();
});

beforeEach(() => platform.database.admin('DELETE FROM platform.login_attempt'));

const signUp = (email: string, more: object = {}) =>
  platform.anyone.post('/signup', { email, organization: 'Beta & Sons', ...more });
const verify = (body: object) => platform.anyone.post('/signup/verify', body);
const sweep = () => platform.platform.app.get(SignupMails, { strict: false }).sweep();

describe('signing up', () => {
  it('sends a link whose token makes a tenant with its owner, ready for use and apart from the others', async () => {
    const accepted = await signUp('Ada@beta.example', { slug: 'beta', name: 'Ada' });
    expect(accepted).toMatchObject({ status: 202, body: { expiresIn: 86_400 } });
    const token = await mails.tokenFor('ada@beta.example');
    const made = await verify({ token, password: PASSWORD });
    expect(made).toMatchObject({ status: 201, body: { slug: 'beta', name: 'Beta & Sons', plan: 'team' } });
    expect(made.body['url']).toBe('http://beta.localhost:0');
    expect(made.body).not.toHaveProperty('ownerInvitation');

    const there = platform.anyone.with({ 'x-tenant': 'beta' });
    const owner = await there.signIn('/auth/login', { email: 'ada@beta.example', password: PASSWORD });
    const me = await owner.with({ 'x-tenant': 'beta' }).get('/me');
    expect(me.body).toMatchObject({ email: 'ada@beta.example', name: 'Ada', roles: ['owner'] });
    expect((await owner.with({ 'x-tenant': 'acme' }).get('/notes')).status).toBe(403);
  });

  it('takes a token once', async () => {
    await signUp('once@beta.example');
    const token = await mails.tokenFor('once@beta.example');
    expect((await verify({ token, password: PASSWORD })).status).toBe(201);
    expect(await verify({ token, password: PASSWORD })).toMatchObject({
      status: 404,
      body: { code: 'SIGNUP_INVALID' },
    });
  });

  it('keeps no token, neither plain nor so that the database alone tells it', async () => {
    await signUp('secret@beta.example');
    const token = await mails.tokenFor('secret@beta.example');
    const rows = await platform.database.admin('SELECT r::text AS row FROM platform.signup_request r');
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(platform.log.join('')).not.toContain(token);
  });

  it('refuses a token that is over, or made up', async () => {
    await signUp('late@beta.example');
    const token = await mails.tokenFor('late@beta.example');
    await platform.database.admin(
      `UPDATE platform.signup_request SET expires_at = now() - interval '1 second' WHERE email = 'late@beta.example'`,
    );
    expect(await verify({ token, password: PASSWORD })).toMatchObject({ status: 404 });
    expect(await verify({ token: 'x'.repeat(43), password: PASSWORD })).toMatchObject({ status: 404 });
  });

  it('gives an invitation where no password was chosen, and a free slug where none was', async () => {
    await signUp('guest@beta.example', { organization: 'Acme' });
    const made = await verify({ token: await mails.tokenFor('guest@beta.example') });
    expect(made.body['slug']).toMatch(/^acme-/);
    const { token } = made.body['ownerInvitation'] as { token: string };
    const there = platform.anyone.with({ 'x-tenant': String(made.body['slug']) });
    expect((await there.post('/invitations/accept', { token, password: PASSWORD })).status).toBe(200);
  });

  it('tells that the slug is taken only to who has shown their address, who then chooses another', async () => {
    expect((await signUp('taken@beta.example', { slug: 'acme' })).status).toBe(202);
    const token = await mails.tokenFor('taken@beta.example');
    expect((await verify({ token, password: PASSWORD })).body['code']).toBe('TENANT_SLUG_TAKEN');
    expect((await verify({ token, password: PASSWORD, slug: 'acme-two' })).status).toBe(201);
  });

  it('makes one tenant of two verifications at once', async () => {
    await signUp('twice@beta.example');
    const token = await mails.tokenFor('twice@beta.example');
    const both = await Promise.all(['first', 'second'].map((slug) => verify({ token, password: PASSWORD, slug })));
    expect(both.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(both.map(({ status }) => status).every((status) => [201, 404, 409].includes(status))).toBe(true);
    const made = await platform.database.admin(`SELECT slug FROM platform.tenant WHERE slug IN ('first', 'second')`);
    expect(made).toHaveLength(1);
  });
});

describe('a verification that was cut off', () => {
  const interrupted = async (email: string) => {
    await signUp(email);
    const token = await mails.tokenFor(email);
    const first = await verify({ token, password: PASSWORD });
    await platform.database.admin('UPDATE platform.signup_request SET completed_at = NULL WHERE email = $1', [email]);
    return { token, id: String(first.body['id']) };
  };

  it('after its tenant was made gives that tenant', async () => {
    const { token, id } = await interrupted('cut@beta.example');
    expect(await verify({ token, password: PASSWORD })).toMatchObject({ status: 201, body: { id } });
    expect((await verify({ token, password: PASSWORD })).status).toBe(404);
  });

  it('while its tenant is being made asks for patience, and makes no second one', async () => {
    const { token, id } = await interrupted('cut-early@beta.example');
    const { admin } = platform.database;
    await admin(`UPDATE platform.tenant SET status = 'provisioning' WHERE id = $1`, [id]);
    const answer = await verify({ token, password: PASSWORD });
    expect(answer).toMatchObject({ status: 409, body: { code: 'SIGNUP_UNDER_WAY' } });
    expect(answer.headers.get('retry-after')).toBe('2');
    await admin(`UPDATE platform.tenant SET status = 'active' WHERE id = $1`, [id]);
    expect(await verify({ token, password: PASSWORD })).toMatchObject({ status: 201, body: { id } });
  });
});

describe('the answer to a request', () => {
  it('is the same for addresses that are known and for those that are not', async () => {
    const known = await signUp('owner@acme.example');
    const unknown = await signUp('nobody@beta.example');
    expect([known.status, known.text]).toEqual([unknown.status, unknown.text]);
  });

  it('stays the same while an address gets no more mails', async () => {
    const answers = [];
    for (const tag of ['', '+a', '+b', '+c', '']) answers.push(await signUp(`often${tag}@beta.example`));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    await sweep();
    const sent = mails.mails.filter(({ to }) => to.some((each) => each.startsWith('often')));
    expect(sent).toHaveLength(3);
    // As much is written as for any other, or the time would tell. What gets no mail leads nowhere.
    const rows = await platform.database.admin<{ mailed: boolean; open: boolean }>(
      `SELECT mailed_at IS NOT NULL AS mailed, expires_at > now() AS open FROM platform.signup_request
       WHERE email LIKE 'often%' ORDER BY created_at, mailed DESC`,
    );
    expect(rows.map(({ mailed, open }) => `${mailed} ${open}`)).toEqual([
      ...Array<string>(3).fill('true true'),
      ...Array<string>(2).fill('false false'),
    ]);
  });

  it.each([
    ['a provider of disposable addresses', 'x@mailinator.com', 'SIGNUP_ADDRESS_REFUSED'],
    ['one below it', 'x@sub.mailinator.com', 'SIGNUP_ADDRESS_REFUSED'],
    ['a domain that the settings block', 'x@mail.Rival.example', 'SIGNUP_ADDRESS_REFUSED'],
    ['a second address behind a line break', 'x@beta.example\r\nBcc: y@beta.example', 'REQUEST_INVALID'],
    ['two addresses', 'x@beta.example, y@beta.example', 'REQUEST_INVALID'],
  ])('refuses %s', async (_, email, code) => {
    const before = mails.mails.length;
    expect((await signUp(email)).body['code']).toBe(code);
    await sweep();
    expect(mails.mails).toHaveLength(before);
  });

  it('refuses a slug that nobody may have', async () => {
    expect((await signUp('slug@beta.example', { slug: 'admin' })).body['code']).toBe('TENANT_SLUG_RESERVED');
    expect((await signUp('slug@beta.example', { slug: 'A_b' })).body['code']).toBe('TENANT_SLUG_INVALID');
  });

  it('slows a network down, and everybody together', async () => {
    let last = await signUp('flood0@beta.example');
    for (let count = 1; last.status === 202; count += 1) last = await signUp(`flood${count}@beta.example`);
    expect(last).toMatchObject({ status: 429, body: { code: 'SIGNUP_TOO_MANY' } });
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    const { admin } = platform.database;
    const counted = await admin<{ points: number }>(
      `SELECT points FROM platform.login_attempt WHERE key LIKE 'signup-all:%'`,
    );
    expect(counted).toEqual([{ points: 20 }]); // who is refused takes nothing from the others
    await admin(`UPDATE platform.login_attempt SET points = 30 WHERE key LIKE 'signup-all:%'`);
    await admin(`DELETE FROM platform.login_attempt WHERE key LIKE 'signup-request:%'`);
    expect((await signUp('other@beta.example')).status).toBe(429);
  });
});

describe('the mail', () => {
  it('is kept while the server is away, which the log says without the address', async () => {
    await sweep();
    const { url, port } = mails;
    await mails.stop();
    expect(await signUp('away@beta.example')).toMatchObject({ status: 202 });
    await sweep();
    expect(platform.log.join('')).toMatch(
      /was not sent \(attempt 1\): ESOCKET|was not sent \(attempt 1\): ECONNREFUSED/,
    );
    expect(platform.log.join('')).not.toContain('away@beta.example');
    mails = await MailServer.start({ port });
    expect(mails.url).toBe(url);
    await platform.database.admin(
      `UPDATE platform.signup_request SET mail_due_at = now() - interval '1 second' WHERE email LIKE 'away%'`,
    );
    await sweep();
    const token = await mails.tokenFor('away@beta.example');
    expect((await verify({ token, password: PASSWORD })).status).toBe(201);
  });

  it('goes out again by itself until the server takes it, with the same token', async () => {
    const { admin } = platform.database;
    await sweep(); // what the tests before left
    mails.isRefusing = true;
    await signUp('patient@beta.example');
    await sweep();
    mails.isRefusing = false;
    expect(mails.refusals).toBe(1);
    await sweep(); // not due yet
    const unsent = `SELECT mail_attempts, mailed_at FROM platform.signup_request WHERE email = 'patient@beta.example'`;
    expect(await admin(unsent)).toEqual([{ mail_attempts: 1, mailed_at: null }]);
    await admin(
      `UPDATE platform.signup_request SET mail_due_at = now() - interval '1 minute' WHERE email = 'patient@beta.example'`,
    );
    await sweep();
    await admin(
      `UPDATE platform.signup_request SET mail_due_at = now() - interval '1 minute', mailed_at = NULL WHERE email = 'patient@beta.example'`,
    );
    await sweep();
    const tokens = (await mails.to('patient@beta.example', 2)).map(({ raw }) => tokenIn(raw));
    expect(new Set(tokens).size).toBe(1);
    expect(platform.log.join('')).not.toContain('patient@beta.example');
    expect((await verify({ token: tokens[0], password: PASSWORD })).status).toBe(201);
  });

  it('holds nothing that a stranger wrote', async () => {
    const organization = '<a href="https://evil.example">Win</a>';
    await signUp('victim@beta.example', { organization, name: 'evil.example now' });
    const [mail] = await mails.to('victim@beta.example');
    expect(mail?.to).toEqual(['victim@beta.example']);
    expect(mail?.raw).not.toMatch(/evil|Win/);
    expect(mail?.raw).toMatch(/^From: Tenantry <noreply@tenantry\.example>/m);
  });

  it('is forgotten with its request a day after the end', async () => {
    await signUp('old@beta.example');
    await mails.to('old@beta.example');
    const { admin } = platform.database;
    await admin(`UPDATE platform.signup_request SET expires_at = now() - interval '25 hours' WHERE email LIKE 'old@%'`);
    await sweep();
    expect(await admin(`SELECT id FROM platform.signup_request WHERE email LIKE 'old@%'`)).toEqual([]);
  });
});

describe('suggested slugs', () => {
  const suggest = async (name: string) =>
    (await platform.anyone.get(`/signup/slugs?name=${encodeURIComponent(name)}`)).body['slugs'] as string[];

  it('are free, allowed and made of the name', async () => {
    expect((await suggest('Zürich Käse AG'))[0]).toMatch(/^z(ue|u)rich-k(ae|a)se-ag$/);
    expect(await suggest('Acme')).not.toContain('acme');
    expect(await suggest('admin')).not.toContain('admin');
    expect(await suggest('東京')).not.toEqual([]);
    expect(await suggest('!!!')).not.toEqual([]);
  });

  it('are slowed down for each network', async () => {
    await suggest('Acme');
    await platform.database.admin(`UPDATE platform.login_attempt SET points = 120 WHERE key LIKE 'signup-slugs:%'`);
    expect((await platform.anyone.get('/signup/slugs?name=Acme')).status).toBe(429);
  });
});

describe('the root document', () => {
  it('offers sign-up to who has no credential', async () => {
    const { body } = await platform.anyone.get('/');
    expect(JSON.stringify(body['_templates'])).toMatch(/"target":"\/signup"/);
    const forOperator = await platform.operator.get('/');
    expect(forOperator.text).not.toContain('/signup');
  });
});
