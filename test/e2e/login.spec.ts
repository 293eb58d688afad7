import { PasswordHasher } from '@tenantry/auth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR, PASSWORD, startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { addUser } from '../support/test-users.js';

let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  platform = await startPlatform();
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
});

afterAll(() => platform.close());

const login = (slug: string, email: string, password: string) =>
  platform.anyone.with({ 'x-tenant': slug }).post('/auth/login', { email, password });

/** As if the quarter of an hour were over. */
const forgiveAll = () => platform.database.admin('DELETE FROM platform.login_attempt');

describe('a login', () => {
  it('gives a pair of tokens for an hour at most, under any spelling of the address', async () => {
    const { status, body } = await login('acme', 'OWNER@Acme.Example', PASSWORD);
    expect(status).toBe(200);
    expect(body).toEqual({
      accessToken: expect.any(String) as string,
      refreshToken: expect.any(String) as string,
      tokenType: 'Bearer',
      expiresIn: 600,
    });
  });

  it('is of one tenant: the other’s owner is unknown there', async () => {
    expect((await login('globex', 'owner@acme.example', PASSWORD)).status).toBe(401);
    await forgiveAll();
  });

  it('tells a wrong password from an unknown address, a disabled and an invited user in nothing', async () => {
    const disabled = await addUser(platform, acme, 'member');
    await acme.owner.patch(`/users/${disabled.id}`, { disabled: true });
    await acme.owner.post('/users', { email: 'invited@acme.example' });
    const answers = [
      await login('acme', 'owner@acme.example', 'wrong-password-1'),
      await login('acme', 'nobody@acme.example', PASSWORD),
      await login('acme', disabled.email, PASSWORD),
      await login('acme', 'invited@acme.example', PASSWORD),
      await platform.anyone.post('/admin/auth/login', { email: 'nobody@example.com', password: PASSWORD }),
      await platform.anyone.post('/admin/auth/login', { ...OPERATOR, password: PASSWORD }),
    ];
    const comparable = ({ headers, text, status, body }: (typeof answers)[number]) => ({
      status,
      text: text.replace(String(body['instance']), '<instance>'),
      headers: [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name)),
    });
    expect(answers.map(comparable)).toEqual(answers.map(() => comparable(answers[0] as (typeof answers)[number])));
    expect(answers[0]).toMatchObject({ status: 401, body: { code: 'AUTH_CREDENTIALS_WRONG' } });
    expect(answers[0]?.headers.get('www-authenticate')).toBe('Bearer');
    await forgiveAll();
  });

  it('verifies a password with argon2 where there is no account, too', async () => {
    // Whoever really verifies against the decoy must fail when the decoy is no hash.
    class WithoutDecoy extends PasswordHasher {
      override hash(): Promise<string> {
        return Promise.resolve('no hash of argon2');
      }
    }
    await expect(new WithoutDecoy().verify(undefined, PASSWORD)).rejects.toThrow();
    await expect(new WithoutDecoy().verify(null, PASSWORD)).rejects.toThrow();
    const hasher = platform.platform.app.get(PasswordHasher);
    const decoy = Object.getOwnPropertyDescriptor(hasher, 'decoy');
    Object.assign(hasher, { decoy: Promise.resolve('no hash of argon2') });
    try {
      expect((await login('acme', 'nobody@acme.example', PASSWORD)).status).toBe(500);
      expect(
        (await platform.anyone.post('/admin/auth/login', { email: 'nobody@example.com', password: PASSWORD })).status,
      ).toBe(500);
      expect((await login('acme', 'owner@acme.example', 'wrong-password-1')).status).toBe(401);
    } finally {
      Object.defineProperty(hasher, 'decoy', decoy ?? { value: undefined, writable: true });
      await forgiveAll();
    }
  });

  it('stores passwords as argon2id only', async () => {
    const rows = await platform.database.admin<{ password_hash: string }>(
      `SELECT password_hash FROM t_${acme.id.replaceAll('-', '')}.user_account WHERE password_hash IS NOT NULL
       UNION ALL SELECT password_hash FROM platform.operator`,
    );
    expect(rows.length).toBeGreaterThan(1);
    for (const { password_hash } of rows) expect(password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it.each([
    { email: 'owner@acme.example' },
    { password: PASSWORD },
    { email: 'not an address', password: PASSWORD },
    { email: ['owner@acme.example'], password: PASSWORD },
    { email: 'owner@acme.example', password: { $ne: '' } },
    { email: 'owner@acme.example', password: 'x'.repeat(257) },
    { email: 'owner@acme.example', password: PASSWORD, tenant: 'globex' },
  ])('with %j is malformed', async (body) => {
    expect(await platform.anyone.with({ 'x-tenant': 'acme' }).post('/auth/login', body)).toMatchObject({
      status: 400,
      body: { code: 'REQUEST_INVALID' },
    });
  });
});

describe('guessing passwords', () => {
  const guess = (slug: string, email: string, times: number) =>
    Promise.all(Array.from({ length: times }, (_, index) => login(slug, email, `wrong-password-${index}`)));

  it('in parallel reaches the password five times and is then refused', async () => {
    const answers = await guess('acme', 'owner@acme.example', 20);
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...Array<number>(5).fill(401),
      ...Array<number>(15).fill(429),
    ]);
    for (const { status, headers, body } of answers) {
      if (status !== 429) continue;
      expect(body['code']).toBe('AUTH_TOO_MANY_ATTEMPTS');
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(900);
    }
  });

  it('shuts out the right password as well, in any spelling of the address and in every process', async () => {
    expect((await login('acme', 'owner@acme.example', PASSWORD)).status).toBe(429);
    expect((await login('acme', 'OWNER@ACME.example', PASSWORD)).status).toBe(429);
    const second = await platform.another();
    try {
      const there = second.anyone.with({ 'x-tenant': 'acme' });
      expect((await there.post('/auth/login', { email: 'owner@acme.example', password: PASSWORD })).status).toBe(429);
    } finally {
      await second.close();
    }
  });

  it('is of no concern to other accounts at the same address, nor to the same account of another tenant', async () => {
    await acme.owner.post('/users', { email: 'other@acme.example', password: PASSWORD });
    await globex.owner.post('/users', { email: 'owner@acme.example', password: PASSWORD });
    expect((await login('acme', 'other@acme.example', PASSWORD)).status).toBe(200);
    expect((await login('globex', 'owner@acme.example', PASSWORD)).status).toBe(200);
    expect((await login('globex', 'owner@globex.example', PASSWORD)).status).toBe(200);
  });

  it('leaves those alone who are signed in', async () => {
    expect((await acme.owner.get('/notes')).status).toBe(200);
  });

  it('is forgiven by a login that succeeds', async () => {
    await forgiveAll();
    for (let round = 0; round < 3; round += 1) {
      expect((await guess('acme', 'owner@acme.example', 4)).map(({ status }) => status)).toEqual([401, 401, 401, 401]);
      expect((await login('acme', 'owner@acme.example', PASSWORD)).status).toBe(200);
    }
  });

  it('of many accounts from one address ends, too', async () => {
    await forgiveAll();
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => login('acme', `guess${index}@acme.example`, PASSWORD)),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(50);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(10);
    await forgiveAll();
  });

  it('of an operator is slowed as well', async () => {
    const attempt = (password: string) => platform.anyone.post('/admin/auth/login', { ...OPERATOR, password });
    const statuses = (await Promise.all(Array.from({ length: 8 }, () => attempt('wrong-password-1')))).map(
      ({ status }) => status,
    );
    expect(statuses.sort()).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    expect((await attempt(OPERATOR.password)).status).toBe(429);
    await forgiveAll();
  });
});

describe('the log', () => {
  it('never holds a password or a token', async () => {
    const { body } = await login('acme', 'owner@acme.example', PASSWORD);
    await login('acme', 'owner@acme.example', 'wrong-password-in-no-log');
    await platform.anyone.with({ 'x-tenant': 'acme' }).post('/auth/refresh', { refreshToken: body['refreshToken'] });
    const secrets = [
      PASSWORD,
      OPERATOR.password,
      'wrong-password',
      String(body['accessToken']),
      String(body['refreshToken']),
      '$argon2',
      'eyJ',
    ];
    expect(platform.log.length).toBeGreaterThan(10);
    for (const secret of secrets) expect(platform.log.filter((line) => line.includes(secret))).toEqual([]);
  });
});
