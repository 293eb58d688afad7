import { TenantryClient, type Tokens, type TokenStore } from '@tenantry/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { claimsOf, sign, stealSigningKey, type StolenKey } from '../support/forged-token.js';
import { startFront, type FrontServer } from '../support/front-server.js';
import { OPERATOR, PASSWORD, startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';

let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;
let key: StolenKey;
let front: FrontServer;

beforeAll(async () => {
  platform = await startPlatform();
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
  key = await stealSigningKey(platform.database);
});

afterAll(() => platform.close());
beforeEach(async () => void (front = await startFront(platform.url)));
afterEach(() => front.close());

/** A store that a test can look into. */
class Shelf implements TokenStore {
  readonly saved: (Tokens | undefined)[] = [];

  constructor(private tokens?: Tokens) {}

  load() {
    return this.tokens;
  }

  save(tokens: Tokens | undefined) {
    this.saved.push(tokens);
    this.tokens = tokens;
  }
}

const credentials = ({ slug }: TestTenant) => ({ email: `owner@${slug}.example`, password: PASSWORD });
const at = (tenant: TestTenant) => ({ url: front.url, tenant: tenant.slug });
const timesAsked = (path: string) => front.seen.filter((request) => request.path === path).length;

async function tokensOf(tenant: TestTenant): Promise<Tokens> {
  const shelf = new Shelf();
  await new TenantryClient({ ...at(tenant), tokens: shelf }).signIn(credentials(tenant));
  return shelf.load() ?? { accessToken: '' };
}

/** The same token, as it is when its time is over. */
function expired(token: string): Promise<string> {
  const past = Math.floor(Date.now() / 1000) - 3600;
  return sign(key.privateKey, key.kid, { ...claimsOf(token), iat: past, nbf: past, exp: past + 600 });
}

/** A session whose access token has expired. */
async function stale(tenant: TestTenant): Promise<Shelf> {
  const { accessToken, refreshToken = '' } = await tokensOf(tenant);
  return new Shelf({ accessToken: await expired(accessToken), refreshToken });
}

describe('an expired access token', () => {
  it('is refreshed once by ten requests at once, and the rotated refresh token is kept', async () => {
    const shelf = await stale(acme);
    const before = shelf.load();
    const client = new TenantryClient({ ...at(acme), tokens: shelf });
    const answers = await Promise.all(Array.from({ length: 10 }, () => client.get('/me')));
    expect(answers).toEqual(Array(10).fill(expect.objectContaining({ email: 'owner@acme.example' })));
    expect(timesAsked('/auth/refresh')).toBe(1);
    expect(shelf.saved).toHaveLength(1);
    expect(shelf.load()?.refreshToken).not.toBe(before?.refreshToken);
    await new TenantryClient({ ...at(acme), tokens: shelf }).get('/me');
    expect(timesAsked('/auth/refresh')).toBe(1);
  });

  it('is refreshed in each of two tenants by itself', async () => {
    const shelves = [await stale(acme), await stale(globex)];
    const clients = [acme, globex].map(
      (tenant, index) => new TenantryClient({ ...at(tenant), tokens: shelves[index] }),
    );
    const answers = await Promise.all(clients.map((client) => client.get('/me')));
    expect(answers).toMatchObject([{ email: 'owner@acme.example' }, { email: 'owner@globex.example' }]);
    expect(timesAsked('/auth/refresh')).toBe(2);
  });

  it('that another client of the same store has replaced is not refreshed again', async () => {
    const shelf = await stale(acme);
    const [first, second] = [0, 1].map(() => new TenantryClient({ ...at(acme), tokens: shelf }));
    const later = await second?.get('/health/live').then(() => second);
    await first?.get('/me');
    expect(await later?.get('/me')).toMatchObject({ email: 'owner@acme.example' });
    expect(timesAsked('/auth/refresh')).toBe(1);
  });

  it('of a session that has ended is forgotten, and no request tries again', async () => {
    const shelf = await stale(acme);
    const { refreshToken } = shelf.load() ?? {};
    const rival = new Shelf(shelf.load());
    await new TenantryClient({ ...at(acme), tokens: rival }).signOut();
    const client = new TenantryClient({ ...at(acme), tokens: shelf });
    const refused = await Promise.allSettled([client.get('/me'), client.get('/me')]);
    expect(refused).toMatchObject([
      { reason: { code: 'AUTH_TOKEN_INVALID' } },
      { reason: { code: 'AUTH_TOKEN_INVALID' } },
    ]);
    await expect(client.get('/me')).rejects.toMatchObject({ code: 'AUTH_REQUIRED' });
    expect(shelf.load()).toBeUndefined();
    const tried = front.seen.filter(
      ({ path, body }) => path === '/auth/refresh' && body.includes(String(refreshToken)),
    );
    expect(tried).toHaveLength(2);
  });

  it('stays when the refresh finds no server, and is refreshed later', async () => {
    const shelf = await stale(acme);
    const client = new TenantryClient({ ...at(acme), tokens: shelf, retry: { attempts: 0 } });
    front.decide = ({ path }) => (path === '/auth/refresh' ? 'drop' : 'pass');
    await expect(client.get('/me')).rejects.toMatchObject({ reason: 'network' });
    front.decide = () => 'pass';
    expect(await client.get('/me')).toMatchObject({ email: 'owner@acme.example' });
  });

  it('is refreshed for the others when one of the requests is aborted meanwhile', async () => {
    const client = new TenantryClient({ ...at(acme), tokens: await stale(acme) });
    const ending = new AbortController();
    front.decide = ({ path }) => {
      if (path === '/auth/refresh') ending.abort(new Error('left'));
      return 'pass';
    };
    const [aborted, other] = await Promise.allSettled([
      client.get('/me', { signal: ending.signal }),
      client.get('/me'),
    ]);
    expect(aborted).toMatchObject({ status: 'rejected', reason: { message: 'left' } });
    expect(other).toMatchObject({ status: 'fulfilled', value: { email: 'owner@acme.example' } });
    expect(timesAsked('/auth/refresh')).toBe(1);
  });

  it('of an operator is replaced by signing in again, once; the password is in memory alone', async () => {
    const shelf = new Shelf();
    const operator = new TenantryClient({ url: front.url, tokens: shelf });
    await operator.signInOperator(OPERATOR);
    const first = `Bearer ${shelf.load()?.accessToken}`;
    front.decide = ({ headers }) => (headers['authorization'] === first ? refusal('AUTH_TOKEN_INVALID') : 'pass');
    await Promise.all([operator.get('/admin/tenants'), operator.get('/admin/plans')]);
    expect(timesAsked('/admin/auth/login')).toBe(2);
    expect(JSON.stringify(shelf.saved)).not.toContain(OPERATOR.password);
  });

  it('of an operator whose password is another by now is not tried twice', async () => {
    const operator = new TenantryClient({ url: front.url });
    await operator.signInOperator(OPERATOR);
    front.decide = ({ path }) =>
      refusal(path === '/admin/auth/login' ? 'AUTH_CREDENTIALS_WRONG' : 'AUTH_TOKEN_INVALID');
    await expect(operator.get('/admin/tenants')).rejects.toMatchObject({ code: 'AUTH_TOKEN_INVALID' });
    await expect(operator.get('/admin/tenants')).rejects.toMatchObject({ code: 'AUTH_TOKEN_INVALID' });
    expect(timesAsked('/admin/auth/login')).toBe(2);
  });

  it('that was given is asked for anew, with the refused one named', async () => {
    const { accessToken } = await tokensOf(acme);
    const old = await expired(accessToken);
    const asked: unknown[] = [];
    const provider = (refused?: string) => (asked.push(refused), refused === undefined ? old : accessToken);
    const client = new TenantryClient({ ...at(acme), accessToken: provider });
    expect(await client.get('/me')).toMatchObject({ email: 'owner@acme.example' });
    expect(asked).toEqual([undefined, old]);
    await expect(new TenantryClient({ ...at(acme), accessToken: old }).get('/me')).rejects.toMatchObject({
      status: 401,
    });
  });
});

describe('a sign-out', () => {
  it('ends the session on the server and forgets its tokens', async () => {
    const shelf = new Shelf();
    const client = new TenantryClient({ ...at(acme), tokens: shelf });
    await client.signIn(credentials(acme));
    const tokens = shelf.load();
    await client.signOut();
    expect(shelf.load()).toBeUndefined();
    await expect(client.get('/me')).rejects.toMatchObject({ code: 'AUTH_REQUIRED' });
    const thief = new TenantryClient({ ...at(acme), tokens: new Shelf(tokens) });
    await expect(thief.get('/me')).rejects.toMatchObject({ code: 'AUTH_SESSION_ENDED' });
  });

  it('with an expired access token ends the session too', async () => {
    const shelf = await stale(acme);
    const tokens = shelf.load();
    await new TenantryClient({ ...at(acme), tokens: shelf }).signOut();
    const thief = new TenantryClient({ ...at(acme), tokens: new Shelf(tokens) });
    await expect(thief.get('/me')).rejects.toMatchObject({ status: 401 });
  });

  it('while a refresh is on its way is not undone by it', async () => {
    const shelf = await stale(acme);
    const client = new TenantryClient({ ...at(acme), tokens: shelf });
    let leaving: Promise<void> | undefined;
    front.decide = ({ path }) => {
      if (path === '/auth/refresh') leaving ??= client.signOut();
      return 'pass';
    };
    await Promise.allSettled([client.get('/me')]);
    await leaving;
    expect(shelf.load()).toBeUndefined();
    expect(shelf.saved.at(-2)).toMatchObject({ refreshToken: expect.any(String) as string });
    const thief = new TenantryClient({ ...at(acme), tokens: new Shelf(shelf.saved.at(-2)) });
    await expect(thief.get('/me')).rejects.toMatchObject({ code: 'AUTH_SESSION_ENDED' });
  });

  it('forgets the tokens when the server cannot be told, and says so', async () => {
    const shelf = new Shelf();
    const client = new TenantryClient({ ...at(acme), tokens: shelf, retry: { attempts: 0 } });
    await client.signIn(credentials(acme));
    front.decide = () => 'drop';
    await expect(client.signOut()).rejects.toMatchObject({ reason: 'network' });
    expect(shelf.load()).toBeUndefined();
  });
});

describe('a store', () => {
  it('that fails costs the request, not the session', async () => {
    const shelf = await stale(acme);
    const full = { load: () => shelf.load(), save: () => Promise.reject(new Error('The disk is full.')) };
    const client = new TenantryClient({ ...at(acme), tokens: full });
    await expect(client.get('/me')).rejects.toThrow('The disk is full.');
    expect(await client.get('/me')).toMatchObject({ email: 'owner@acme.example' });
  });

  it('that is slow does not bring back the session before a sign-in', async () => {
    const old = await stale(globex);
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    const slow = { load: () => opened.then(() => old.load()), save: () => undefined };
    const client = new TenantryClient({ ...at(acme), tokens: slow });
    const early = client.get('/me');
    await client.signIn(credentials(acme));
    open();
    expect(await early).toMatchObject({ email: 'owner@acme.example' });
    expect(timesAsked('/auth/refresh')).toBe(0);
  });
});

const refusal = (code: string) => ({
  status: 401,
  headers: { 'content-type': 'application/problem+json' },
  body: JSON.stringify({ type: 'about:blank', title: 'Unauthorized', status: 401, detail: 'No.', code }),
});
