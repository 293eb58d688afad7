import { API_VERSION, isProblem, TenantryClient, type ClientOptions, type DeprecationNotice } from '@tenantry/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFront, type FrontServer, type SeenRequest } from '../support/front-server.js';
import { PASSWORD, startPlatform, type TestPlatform } from '../support/test-platform.js';

let platform: TestPlatform;
let front: FrontServer;

beforeAll(async () => {
  platform = await startPlatform();
  for (const slug of ['acme', 'globex']) await platform.createTenant(slug);
});

afterAll(() => platform.close());
beforeEach(async () => void (front = await startFront(platform.url)));
afterEach(() => front.close());

const patient = { attempts: 3, firstPause: 1, longestPause: 2, longestWait: 1000 };

async function signedIn(slug = 'acme', options: Partial<ClientOptions> = {}): Promise<TenantryClient> {
  const client = new TenantryClient({ url: front.url, tenant: slug, retry: patient, ...options });
  await client.signIn({ email: `owner@${slug}.example`, password: PASSWORD });
  front.seen.length = 0;
  return client;
}

const keysOf = (requests: SeenRequest[]) => new Set(requests.map(({ headers }) => headers['idempotency-key']));
const unavailable = (status: number, headers: Record<string, string> = {}) => ({ status, headers });
const note = { title: 'Once', body: '' };

describe('a request that may be repeated', () => {
  it.each([429, 502, 503, 504])('is, after %d', async (status) => {
    const client = await signedIn();
    front.decide = (_, earlier) => (earlier < 2 ? unavailable(status, { 'retry-after': '0' }) : 'pass');
    expect(await client.get('/me')).toMatchObject({ email: 'owner@acme.example' });
    expect(front.seen).toHaveLength(3);
  });

  it('is, after a connection was lost, and after no answer in time', async () => {
    const client = await signedIn();
    front.decide = (_, earlier) => (['drop', 'hang'] as const)[earlier] ?? json;
    expect(await client.get('/me', { timeout: 3000 })).toEqual({ id: '1' });
    expect(front.seen).toHaveLength(3);
  });

  it('is not without end', async () => {
    const client = await signedIn();
    front.decide = () => unavailable(503);
    await expect(client.get('/me')).rejects.toMatchObject({ status: 503, code: 'HTTP_503' });
    expect(front.seen).toHaveLength(4);
  });

  it.each([400, 401, 404, 409, 500])('is not after %d', async (status) => {
    const client = await signedIn();
    front.decide = ({ path }) => (path === '/me' ? unavailable(status) : 'pass');
    await expect(client.get('/me')).rejects.toMatchObject({ status });
    // A refused token is refreshed once, and the request sent with the new one.
    expect(front.seen.filter(({ path }) => path === '/me')).toHaveLength(status === 401 ? 2 : 1);
  });

  it.each(['3600', 'Fri, 31 Dec 9999 23:59:59 GMT'])(
    'is not when the server asks for more patience: %s',
    async (wait) => {
      const client = await signedIn();
      front.decide = () => unavailable(429, { 'retry-after': wait });
      const error: unknown = await client.get('/me').catch((e: unknown) => e);
      expect(isProblem(error) && error.retryAfter).toBeGreaterThanOrEqual(3600);
      expect(front.seen).toHaveLength(1);
    },
  );

  it('is a POST under one Idempotency-Key, which each POST has another of', async () => {
    const client = await signedIn();
    front.decide = (_, earlier) => (['drop', unavailable(503), 'pass'] as const)[earlier] ?? 'pass';
    await client.post('/notes', { body: note });
    expect([...keysOf(front.seen)]).toEqual([expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]/)]);
    await client.post('/notes', { body: note });
    await client.post('/notes', { body: note, idempotencyKey: 'mine' });
    expect([front.seen.length, keysOf(front.seen).size, keysOf(front.seen).has('mine')]).toEqual([5, 3, true]);
  });

  it('waits while an earlier attempt under its key is still at work', async () => {
    const client = await signedIn();
    front.decide = (_, earlier) => (earlier === 0 ? unavailable(409, { 'retry-after': '0' }) : 'pass');
    expect(await client.post('/notes', { body: note })).toMatchObject(note);
    expect(keysOf(front.seen).size).toBe(1);
  });

  it('keeps its key over a refresh of the token', async () => {
    const client = await signedIn();
    front.decide = ({ path }, earlier) => (path === '/notes' && earlier === 0 ? unavailable(401) : 'pass');
    expect(await client.post('/notes', { body: note })).toMatchObject(note);
    expect(keysOf(front.seen.filter(({ path }) => path === '/notes')).size).toBe(1);
  });

  it('is never a PATCH, nor has it a key', async () => {
    const client = await signedIn();
    const { id } = await client.post('/notes', { body: note });
    front.decide = ({ method }) => (method === 'PATCH' ? unavailable(503) : 'pass');
    const changing = client.patch('/notes/{id}', { params: { id }, body: note });
    await expect(changing).rejects.toMatchObject({ status: 503 });
    const changes = front.seen.filter(({ method }) => method === 'PATCH');
    expect([changes.length, changes[0]?.headers['idempotency-key']]).toEqual([1, undefined]);
  });
});

describe('a signal', () => {
  it('ends a request that waits for its answer, with its own reason', async () => {
    const client = await signedIn();
    const ending = new AbortController();
    front.decide = () => {
      ending.abort(new Error('left'));
      return 'hang';
    };
    await expect(client.get('/me', { signal: ending.signal })).rejects.toThrow('left');
    expect(front.seen).toHaveLength(1);
  });

  it('ends a request that waits for its next attempt', async () => {
    const client = await signedIn('acme', { retry: { longestWait: 3_600_000 } });
    const ending = new AbortController();
    front.decide = () => {
      setImmediate(() => ending.abort(new Error('left')));
      return unavailable(503, { 'retry-after': '3600' });
    };
    await expect(client.get('/me', { signal: ending.signal })).rejects.toThrow('left');
  });

  it('that is aborted already sends nothing', async () => {
    const client = await signedIn();
    await expect(client.get('/me', { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
    expect(front.seen).toEqual([]);
  });
});

it('a timeout is told apart from a lost connection', async () => {
  const client = await signedIn('acme', { retry: { attempts: 0 } });
  front.decide = () => 'hang';
  await expect(client.get('/me', { timeout: 50 })).rejects.toMatchObject({ reason: 'timeout' });
});

describe('every request', () => {
  it('says which version it was written for', async () => {
    front.decide = () => json;
    for (const options of [{}, { apiVersion: '2026-01-01' }])
      await new TenantryClient({ url: front.url, ...options }).get('/me');
    expect(front.seen.map(({ headers }) => headers['api-version'])).toEqual([API_VERSION, '2026-01-01']);
  });

  it('takes further headers, but not in place of its own', async () => {
    const client = await signedIn();
    await client.get('/me', { headers: { 'Accept-Language': 'de', 'X-Tenant': 'globex', Authorization: 'Bearer x' } });
    expect(front.seen[0]?.headers).toMatchObject({ 'accept-language': 'de', 'x-tenant': 'acme' });
    expect(front.seen[0]?.headers['authorization']).not.toBe('Bearer x');
  });

  it('stays on its server: neither links nor redirects take the token elsewhere', async () => {
    const client = await signedIn();
    const other = await startFront(platform.url);
    const links = { _links: { next: { href: `${other.url}/me` }, other: { href: `//${new URL(other.url).host}/me` } } };
    for (const rel of ['next', 'other']) await expect(client.follow(links, rel)).rejects.toThrow('is not followed');
    front.decide = () => unavailable(307, { location: `${other.url}/me` });
    await expect(client.get('/me')).rejects.toMatchObject({ reason: 'network' });
    expect(other.seen).toEqual([]);
    await other.close();
  });

  it('means the path that it names', async () => {
    const client = await signedIn();
    for (const id of ['..', '.', ''])
      await expect(client.get('/notes/{id}', { params: { id } })).rejects.toThrow(TypeError);
    expect(front.seen).toEqual([]);
    await expect(client.get('/notes/{id}', { params: { id: '../me?x#y' } })).rejects.toMatchObject({ status: 404 });
    expect(front.seen[0]?.path).toBe('/notes/..%2Fme%3Fx%23y');
  });
});

describe('a condition', () => {
  it('is the ETag of the answer that it is given, or the one that is written', async () => {
    const client = await signedIn();
    const { id } = await client.post('/notes', { body: note });
    front.decide = ({ method }) =>
      method === 'GET' ? { ...json, headers: { ...json.headers, etag: '"v1"' } } : unavailable(412);
    const read = await client.get('/notes/{id}', { params: { id } });
    for (const ifMatch of [read, '"v2"'])
      await expect(client.delete('/notes/{id}', { params: { id }, ifMatch })).rejects.toMatchObject({ status: 412 });
    expect(front.seen.slice(-2).map(({ headers }) => headers['if-match'])).toEqual(['"v1"', '"v2"']);
    expect(client.responseOf(read)?.etag).toBe('"v1"');
  });

  it('that cannot be said is not left out', async () => {
    const client = await signedIn();
    const { id } = await client.post('/notes', { body: note });
    const sent = front.seen.length;
    await expect(client.delete('/notes/{id}', { params: { id }, ifMatch: {} })).rejects.toThrow('ifMatch');
    expect(front.seen).toHaveLength(sent);
  });
});

describe('a deprecated operation', () => {
  it('is told of once, with its dates', async () => {
    const told: DeprecationNotice[] = [];
    const client = await signedIn('acme', { onDeprecation: (notice) => told.push(notice) });
    const link = '</docs>; rel="deprecation"';
    const headers = { deprecation: '@1688169599', sunset: 'Sun, 30 Jun 2030 23:59:59 GMT', link };
    front.decide = () => ({ ...json, headers: { ...json.headers, ...headers } });
    for (const id of ['1', '2']) await client.get('/notes/{id}', { params: { id } });
    await client.get('/me');
    const dates = { deprecated: new Date('2023-06-30T23:59:59Z'), sunset: new Date('2030-06-30T23:59:59Z'), link };
    expect(told).toEqual([
      { method: 'GET', path: '/notes/{id}', ...dates },
      { method: 'GET', path: '/me', ...dates },
    ]);
  });
});

it('pages that go round in a circle end', async () => {
  const client = await signedIn();
  const circle = { _links: { next: { href: '/notes' } }, _embedded: { item: [{ id: '1' }] } };
  front.decide = () => ({ ...json, body: JSON.stringify(circle) });
  const walk = async () => {
    for await (const item of client.list('/notes')) expect(item.id).toBe('1');
  };
  await expect(walk()).rejects.toThrow('circle');
});

const json = { status: 200, headers: { 'content-type': 'application/hal+json' }, body: '{"id":"1"}' };
