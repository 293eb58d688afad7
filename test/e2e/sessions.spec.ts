import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import type { TestClient } from '../support/test-client.js';
import { PASSWORD, startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { addUser, schemaOf, signIn } from '../support/test-users.js';

let platform: TestPlatform;
let second: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  platform = await startPlatform();
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
  second = await platform.another();
});

afterAll(async () => {
  await second.close();
  await platform.close();
});

const refresh = (refreshToken: string, slug = 'acme', through = platform) =>
  through.anyone.with({ 'x-tenant': slug }).post('/auth/refresh', { refreshToken });

const bearing = (answer: { body: Record<string, unknown> }) =>
  platform.anyone.with({ 'x-tenant': 'acme', authorization: `Bearer ${String(answer.body['accessToken'])}` });

const sessionOf = (refreshToken: string) => refreshToken.split('.')[0];
const there = (client: TestClient) => second.anyone.with({ ...client.headers });

const ended = { status: 401, body: { code: 'AUTH_SESSION_ENDED' } };

/** As if the last rotation of the session had been a while ago. */
const ageRotation = (refreshToken: string, seconds: number) =>
  platform.database.admin(
    `UPDATE ${schemaOf(acme)}.user_session SET rotated_at = rotated_at - make_interval(secs => $2) WHERE id = $1`,
    [sessionOf(refreshToken), seconds],
  );

describe('a refresh token', () => {
  it('gives the next pair, and that the next', async () => {
    const user = await addUser(platform, acme, 'member');
    const first = await refresh(user.refreshToken);
    const next = await refresh(String(first.body['refreshToken']));
    expect([first.status, next.status]).toEqual([200, 200]);
    expect((await bearing(next).get('/me')).body['id']).toBe(user.id);
    expect(new Set([user.refreshToken, first.body['refreshToken'], next.body['refreshToken']]).size).toBe(3);
  });

  it('used by ten requests at once, through two processes, gives all the same successor and logs nobody out', async () => {
    const user = await addUser(platform, acme, 'member');
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => refresh(user.refreshToken, 'acme', index % 2 ? platform : second)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(10).fill(200));
    expect(new Set(answers.map(({ body }) => body['refreshToken'])).size).toBe(1);
    expect((await refresh(String(answers[0]?.body['refreshToken']))).status).toBe(200);
    expect((await user.client.get('/notes')).status).toBe(200);
  });

  it('replayed after the grace ends the session with all its tokens', async () => {
    const user = await addUser(platform, acme, 'member');
    const stolen = await refresh(user.refreshToken);
    await ageRotation(user.refreshToken, 11);
    expect(await refresh(user.refreshToken)).toMatchObject(ended);
    expect(await refresh(String(stolen.body['refreshToken']))).toMatchObject(ended);
    expect(await bearing(stolen).get('/notes')).toMatchObject(ended);
    expect(await user.client.get('/notes')).toMatchObject(ended);
  });

  it('of two generations ago ends the session within the grace, too', async () => {
    const user = await addUser(platform, acme, 'member');
    const next = await refresh(user.refreshToken);
    const newest = await refresh(String(next.body['refreshToken']));
    expect(await refresh(user.refreshToken)).toMatchObject(ended);
    expect(await refresh(String(newest.body['refreshToken']))).toMatchObject(ended);
  });

  it('ends one session, not the user’s others', async () => {
    const user = await addUser(platform, acme, 'member');
    const other = await signIn(platform, acme, user.email);
    await user.client.post('/auth/logout');
    expect((await refresh(other.refreshToken)).status).toBe(200);
    expect((await other.client.get('/notes')).status).toBe(200);
  });

  it('of one tenant is none at another, and is not spent by the attempt', async () => {
    const user = await addUser(platform, acme, 'member');
    expect(await refresh(user.refreshToken, 'globex')).toMatchObject(ended);
    expect((await user.client.get('/notes')).status).toBe(200);
    expect((await refresh(user.refreshToken)).status).toBe(200);
  });

  it('of an expired session is refused', async () => {
    const user = await addUser(platform, acme, 'member');
    await platform.database.admin(`UPDATE ${schemaOf(acme)}.user_session SET expires_at = now() WHERE id = $1`, [
      sessionOf(user.refreshToken),
    ]);
    expect(await refresh(user.refreshToken)).toMatchObject(ended);
  });

  it('that was made up is refused and ends nothing', async () => {
    const user = await addUser(platform, acme, 'member');
    const [session = '', , seal = ''] = user.refreshToken.split('.');
    const forged = [
      `${session}.1.${seal}`,
      `${session}.0.${'A'.repeat(seal.length)}`,
      `${session}.0.`,
      `${session}.00.${seal}`,
      session,
      '',
      'a.b.c',
      '\u0000',
    ];
    for (const token of forged) expect(await refresh(token)).toMatchObject(ended);
    expect((await refresh('x'.repeat(201))).status).toBe(400);
    expect((await user.client.get('/notes')).status).toBe(200);
  });
});

describe('a logout', () => {
  it('ends refresh and access token at once, and a moment later in another process', async () => {
    const user = await addUser(platform, acme, 'member');
    expect((await there(user.client).get('/notes')).status).toBe(200);
    expect((await user.client.post('/auth/logout')).status).toBe(204);
    expect(await user.client.get('/notes')).toMatchObject(ended);
    expect(await refresh(user.refreshToken)).toMatchObject(ended);
    expect(await refresh(user.refreshToken, 'acme', second)).toMatchObject(ended);
    await eventually(
      'the other process refuses the token',
      async () => (await there(user.client).get('/notes')).status === 401,
    );
  });

  it('is known to a process that starts afterwards', async () => {
    const user = await addUser(platform, acme, 'member');
    await user.client.post('/auth/logout');
    const third = await platform.another();
    try {
      expect(await third.anyone.with({ ...user.client.headers }).get('/notes')).toMatchObject(ended);
    } finally {
      await third.close();
    }
  });

  it('works once', async () => {
    const user = await addUser(platform, acme, 'member');
    await user.client.post('/auth/logout');
    expect(await user.client.post('/auth/logout')).toMatchObject(ended);
  });
});

describe('a user’s sessions end', () => {
  const changes: Record<string, (id: string) => Promise<{ status: number }>> = {
    'when they are disabled': (id) => acme.owner.patch(`/users/${id}`, { disabled: true }),
    'when their roles change': (id) => acme.owner.patch(`/users/${id}`, { roles: ['member'] }),
    'when they are removed': (id) => acme.owner.delete(`/users/${id}`),
  };

  it.each(Object.entries(changes))('%s, all of them', async (_, change) => {
    const user = await addUser(platform, acme, 'admin');
    const other = await signIn(platform, acme, user.email);
    expect((await change(user.id)).status).toBeLessThan(300);
    for (const { client, refreshToken } of [user, other]) {
      expect(await client.get('/users')).toMatchObject(ended);
      expect(await refresh(refreshToken)).toMatchObject(ended);
      await eventually(
        'the other process refuses the token',
        async () => (await there(client).get('/users')).status === 401,
      );
    }
  });

  it('not when only their name changes', async () => {
    const user = await addUser(platform, acme, 'member');
    await acme.owner.patch(`/users/${user.id}`, { name: 'Another' });
    expect((await user.client.get('/notes')).status).toBe(200);
  });

  it('and one who is enabled again signs in anew', async () => {
    const user = await addUser(platform, acme, 'member');
    await acme.owner.patch(`/users/${user.id}`, { disabled: true });
    await acme.owner.patch(`/users/${user.id}`, { disabled: false });
    expect(await user.client.get('/notes')).toMatchObject(ended);
    expect((await (await signIn(platform, acme, user.email)).client.get('/notes')).status).toBe(200);
  });
});

describe('an invitation', () => {
  const invite = async (email: string) => {
    const { body } = await acme.owner.post('/users', { email });
    return body['invitation'] as { token: string; url: string; expiresAt: string };
  };
  const accept = (token: string, slug = 'acme', more = {}) =>
    platform.anyone.with({ 'x-tenant': slug }).post('/invitations/accept', { token, password: PASSWORD, ...more });
  const invalid = { status: 404, body: { code: 'INVITATION_INVALID' } };

  it('lets the invited user choose a password, once', async () => {
    const { token, url, expiresAt } = await invite('grace@acme.example');
    expect(url).toMatch(new RegExp(`^http://acme\\.localhost.*#token=${token}$`));
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now());
    expect(await accept(token, 'acme', { name: 'Grace' })).toMatchObject({
      status: 200,
      body: { email: 'grace@acme.example', name: 'Grace' },
    });
    expect(await accept(token, 'acme', { password: 'another-password' })).toMatchObject(invalid);
    await signIn(platform, acme, 'grace@acme.example');
  });

  it('is none at another tenant', async () => {
    const { token } = await invite('elsewhere@acme.example');
    expect(await accept(token, 'globex')).toMatchObject(invalid);
    expect((await accept(token)).status).toBe(200);
    expect(globex.slug).toBe('globex');
  });

  it('that has expired is none', async () => {
    const { token } = await invite('late@acme.example');
    await platform.database.admin(`UPDATE ${schemaOf(acme)}.invitation SET expires_at = now()`);
    expect(await accept(token)).toMatchObject(invalid);
  });

  it('accepted five times at once is accepted once', async () => {
    const { token } = await invite('race@acme.example');
    const passwords = Array.from({ length: 5 }, (_, index) => `a-password-of-racer-${index}`);
    const answers = await Promise.all(passwords.map((password) => accept(token, 'acme', { password })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404, 404]);
    const winner = passwords[answers.findIndex(({ status }) => status === 200)];
    const anyone = platform.anyone.with({ 'x-tenant': 'acme' });
    expect((await anyone.post('/auth/login', { email: 'race@acme.example', password: winner })).status).toBe(200);
  });

  it('is kept as a digest and written to no log', async () => {
    const { token } = await invite('kept@acme.example');
    const rows = await platform.database.admin(`SELECT * FROM ${schemaOf(acme)}.invitation`);
    expect(JSON.stringify(rows)).not.toContain(token);
    await accept(token);
    expect(platform.log.filter((line) => line.includes(token))).toEqual([]);
  });
});
