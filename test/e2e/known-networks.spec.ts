import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PASSWORD, startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { addUser } from '../support/test-users.js';

let platform: TestPlatform;
let second: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  // Each test says by X-Forwarded-For where its client is.
  platform = await startPlatform({ environment: { TENANTRY_TRUSTED_PROXIES: '127.0.0.1' } });
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
  second = await platform.another();
});

afterAll(async () => {
  await second.close();
  await platform.close();
});

beforeEach(() => platform.database.admin('DELETE FROM platform.login_attempt'));

const EMAIL = 'owner@acme.example';
const HOME = '198.51.100.7';
const ELSEWHERE = '203.0.113.99';

interface Where {
  readonly tenant?: TestTenant;
  readonly email?: string;
  readonly through?: TestPlatform;
}

const attempt = async (address: string, password: string, { tenant, email = EMAIL, through }: Where = {}) => {
  const client = (through ?? platform).anyone.with({ 'x-tenant': (tenant ?? acme).slug, 'x-forwarded-for': address });
  return (await client.post('/auth/login', { email, password })).status;
};

const signIn = (address: string, where?: Where) => attempt(address, PASSWORD, where);

/** As many failures as one network may have at one account. */
const fail = (address: string) =>
  Promise.all(Array.from({ length: 5 }, (_, index) => attempt(address, `wrong-password-${index}`)));

/** As many failures of strangers, each from a network of their own, as one account may have. */
async function exhaust(networks = 10): Promise<void> {
  for (let host = 1; host <= networks; host += 1) {
    expect(await fail(`203.0.113.${host}`)).toEqual([401, 401, 401, 401, 401]);
  }
}

describe('an account that strangers have guessed at until it is shut', () => {
  it('stays open to the network it was signed in to from, and shut to every other', async () => {
    expect(await signIn(HOME)).toBe(200);
    await exhaust();
    expect(await signIn(HOME)).toBe(200);
    expect(await signIn(ELSEWHERE)).toBe(429);
    expect(await signIn(HOME)).toBe(200);
  });

  it('is shut to everybody when nobody has signed in yet', async () => {
    await exhaust();
    expect([await signIn(HOME), await signIn(ELSEWHERE)]).toEqual([429, 429]);
  });

  it('gives strangers no further guess for the logins of a known network', async () => {
    expect(await signIn(HOME)).toBe(200);
    await exhaust();
    for (let login = 0; login < 3; login += 1) expect(await signIn(HOME)).toBe(200);
    expect(await signIn(ELSEWHERE)).toBe(429);
  });

  it('knows its network in every process', async () => {
    expect(await signIn(HOME)).toBe(200);
    await exhaust();
    expect(await signIn(HOME, { through: second })).toBe(200);
    expect(await signIn(ELSEWHERE, { through: second })).toBe(429);
  });

  it('does not know the network of the same address at another tenant, nor of another account', async () => {
    await globex.owner.post('/users', { email: EMAIL, password: PASSWORD });
    const other = await addUser(platform, acme, 'member');
    for (const where of [{ tenant: globex }, { email: other.email }]) expect(await signIn(HOME, where)).toBe(200);
    await exhaust();
    expect(await signIn(HOME)).toBe(429);
    for (const where of [{ tenant: globex }, { email: other.email }]) expect(await signIn(HOME, where)).toBe(200);
  });

  it('knows a network of IPv6 by its first 64 bits', async () => {
    expect(await signIn('2001:db8:1:2::3')).toBe(200);
    await exhaust();
    expect(await signIn('2001:db8:1:2:aaaa::1')).toBe(200);
    expect(await signIn('2001:db8:1:3::3')).toBe(429);
  });
});

describe('a known network', () => {
  it('may guess no more than a stranger', async () => {
    expect(await signIn(HOME)).toBe(200);
    expect(await fail(HOME)).toEqual([401, 401, 401, 401, 401]);
    expect(await signIn(HOME)).toBe(429);
  });

  it('does not shut the account to strangers by its own failures', async () => {
    expect(await signIn(HOME)).toBe(200);
    for (let round = 0; round < 13; round += 1) {
      for (let failure = 0; failure < 4; failure += 1) expect(await attempt(HOME, 'wrong-password')).toBe(401);
      expect(await signIn(HOME)).toBe(200);
    }
    expect(await signIn(ELSEWHERE)).toBe(200);
  });

  it('stays open to the account when the network’s other guesses have shut it', async () => {
    expect(await signIn(HOME)).toBe(200);
    const others = Array.from({ length: 50 }, (_, index) => `nobody${index}@acme.example`);
    for (const email of others) expect(await attempt(HOME, PASSWORD, { email })).toBe(401);
    expect(await signIn(HOME, { email: 'nobody@acme.example' })).toBe(429);
    expect(await signIn(HOME)).toBe(200);
  });

  it('is none where a sign-in was only tried', async () => {
    expect(await attempt(HOME, 'wrong-password')).toBe(401);
    await exhaust(9);
    for (let failure = 0; failure < 4; failure += 1) expect(await attempt(ELSEWHERE, 'wrong-password')).toBe(401);
    expect(await signIn(HOME)).toBe(429);
  });
});
