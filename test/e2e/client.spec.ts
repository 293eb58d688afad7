import { request } from 'node:http';
import { isProblem, RequestFailed, TenantryClient, type Fetch } from '@tenantry/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR, PASSWORD, startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';

let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  platform = await startPlatform();
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
});

afterAll(() => platform.close());

const ownerOf = ({ slug }: TestTenant) => ({ email: `owner@${slug}.example`, password: PASSWORD });

async function signedIn(tenant: TestTenant): Promise<TenantryClient> {
  const client = new TenantryClient({ url: platform.url, tenant: tenant.slug });
  await client.signIn(ownerOf(tenant));
  return client;
}

/** `fetch` for names under `.localhost`, which not every resolver knows. */
const toLocalhost: Fetch = (url, { method = 'GET', headers, body }) =>
  new Promise((resolve, reject) => {
    const { host, port, pathname, search } = new URL(url);
    const options = { host: '127.0.0.1', port, path: pathname + search, method };
    const sent = request({ ...options, headers: { ...(headers as Record<string, string>), host } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const received = { status: answer.statusCode ?? 0, headers: answer.headers as Record<string, string> };
        resolve(new Response(Buffer.concat(chunks), received));
      });
    });
    sent.on('error', reject).end(body);
  });

describe('a client', () => {
  it('writes, reads, changes and deletes what is its tenant’s', async () => {
    const client = await signedIn(acme);
    const made = await client.post('/notes', { body: { title: 'Plans', body: 'Ours.' } });
    const changed = await client.patch('/notes/{id}', { params: { id: made.id }, body: { title: 'Old plans' } });
    const read = await client.get('/notes/{id}', { params: { id: made.id } });
    expect([made.title, changed.title, read.title, read.body]).toEqual(['Plans', 'Old plans', 'Old plans', 'Ours.']);
    expect(await client.delete('/notes/{id}', { params: { id: made.id } })).toBeUndefined();
    const gone = client.get('/notes/{id}', { params: { id: made.id } });
    await expect(gone).rejects.toMatchObject({ code: 'RESOURCE_UNKNOWN', status: 404 });
  });

  it('does not find what is another tenant’s', async () => {
    const [ours, theirs] = [await signedIn(acme), await signedIn(globex)];
    const { id } = await theirs.post('/notes', { body: { title: 'Secret', body: '' } });
    await expect(ours.get('/notes/{id}', { params: { id } })).rejects.toMatchObject({ code: 'RESOURCE_UNKNOWN' });
  });

  it.each(['slug', 'id'] as const)('names its tenant by %s', async (name) => {
    const client = new TenantryClient({ url: platform.url, tenant: acme[name] });
    await client.signIn(ownerOf(acme));
    expect(await client.get('/me')).toMatchObject({ email: 'owner@acme.example' });
  });

  it('names its tenant by the address', async () => {
    const url = platform.url.replace('127.0.0.1', 'globex.localhost');
    const client = new TenantryClient({ url, fetch: toLocalhost });
    await client.signIn(ownerOf(globex));
    expect(await client.get('/me')).toMatchObject({ email: 'owner@globex.example' });
    const elsewhere = new TenantryClient({ url, fetch: toLocalhost, tenant: 'acme' });
    await expect(elsewhere.signIn(ownerOf(acme))).rejects.toMatchObject({ code: 'TENANT_MISMATCH' });
  });

  it('bears a token that it is given, or asks for one', async () => {
    const accessToken = String(acme.owner.headers['authorization']).replace('Bearer ', '');
    for (const given of [accessToken, () => accessToken, () => Promise.resolve(accessToken)]) {
      const client = new TenantryClient({ url: platform.url, accessToken: given });
      expect(await client.get('/me')).toMatchObject({ email: 'owner@acme.example' });
      await expect(client.signIn(ownerOf(acme))).rejects.toThrow(TypeError);
      await expect(client.signOut()).rejects.toThrow(TypeError);
    }
  });

  it('of an operator onboards a tenant', async () => {
    const operator = new TenantryClient({ url: platform.url });
    await operator.signInOperator(OPERATOR);
    const owner = { email: 'owner@initech.example', password: PASSWORD };
    const tenant = await operator.post('/admin/tenants', { body: { slug: 'initech', name: 'Initech', owner } });
    expect([tenant.slug, tenant.status]).toEqual(['initech', 'active']);
    const client = new TenantryClient({ url: platform.url, tenant: tenant.id });
    await client.signIn(owner);
    expect(await client.get('/me')).toMatchObject({ email: owner.email });
  });

  it('without a credential is nobody', async () => {
    const client = new TenantryClient({ url: platform.url, tenant: 'acme' });
    await expect(client.get('/notes')).rejects.toMatchObject({ status: 401, code: 'AUTH_REQUIRED' });
    expect(await client.get('/health/live')).toMatchObject({});
  });
});

describe('a problem', () => {
  it('is an error with all that the server said', async () => {
    const client = await signedIn(acme);
    const error: unknown = await client.post('/notes', { body: { title: '', body: 'x' } }).catch((e: unknown) => e);
    if (!isProblem(error, 'REQUEST_INVALID')) throw error;
    expect(error).toMatchObject({ name: 'ApiProblem', status: 400, title: 'Bad Request' });
    expect(error.errors.map(({ pointer }) => pointer)).toEqual(['/title']);
    expect(platform.log.some((line) => line.includes(String(error.requestId)))).toBe(true);
    expect(error.message).toBe(`REQUEST_INVALID (400): ${error.detail}`);
  });

  it('is told apart by its code', async () => {
    const client = await signedIn(acme);
    const long = client.post('/notes', { body: { title: 'Long', body: 'x'.repeat(50_000) } });
    const error: unknown = await long.catch((e: unknown) => e);
    expect([isProblem(error), isProblem(error, 'NOTES_TOO_LONG'), isProblem(error, 'PLAN_UNKNOWN')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(isProblem(new Error('NOTES_TOO_LONG'))).toBe(false);
  });

  it('is not what a server that is not there gives', async () => {
    const client = new TenantryClient({ url: 'http://127.0.0.1:1', retry: { attempts: 0 } });
    const error: unknown = await client.get('/health/live').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(RequestFailed);
    expect(error).toMatchObject({ reason: 'network', message: expect.stringContaining('GET /health/live') as string });
  });
});

describe('a collection', () => {
  const titles = Array.from({ length: 7 }, (_, index) => `Note ${index}`);
  let reader: TenantryClient;

  beforeAll(async () => {
    const hooli = await platform.createTenant('hooli');
    reader = await signedIn(hooli);
    for (const title of titles) await reader.post('/notes', { body: { title, body: '' } });
  });

  it('is walked over its pages, item by item', async () => {
    const found: unknown[] = [];
    for await (const note of reader.list('/notes', { query: { limit: 3 } })) found.push(note.title);
    expect(found).toEqual(titles);
  });

  it('is walked page by page, each with what it came with', async () => {
    const statuses: unknown[] = [];
    for await (const page of reader.pages('/notes', { query: { limit: 3 } })) {
      statuses.push(reader.responseOf(page)?.status);
    }
    expect(statuses).toEqual([200, 200, 200]);
  });

  it('of nothing has no items', async () => {
    for await (const note of (await signedIn(await platform.createTenant('empty'))).list('/notes'))
      expect(note).toBe(0);
  });

  it('is one only where there are items', async () => {
    await expect(reader.list('/me').next()).rejects.toThrow('The answer is not a collection.');
  });

  it('is followed link by link', async () => {
    const first = await reader.get('/notes', { query: { limit: 3 } });
    const second = await reader.follow<typeof first>(first, 'next');
    const third = await reader.follow(second, 'next');
    expect(third._links).not.toHaveProperty('next');
    await expect(reader.follow(third, 'next')).rejects.toThrow('There is no link "next" here.');
    const embedded = third['_embedded'] as { item: object[] };
    expect(await reader.follow(embedded.item[0] ?? {}, 'self')).toMatchObject({ title: titles[6] });
  });
});
