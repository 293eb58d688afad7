import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemsOf } from '../support/test-client.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { schemaOf } from '../support/test-users.js';

let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  platform = await startPlatform();
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
  for (const tenant of [acme, globex]) {
    await platform.database.admin(
      `INSERT INTO ${schemaOf(tenant)}.user_account (email, name, roles)
       SELECT 'user' || n || '@example.com', 'User ' || n, '{member}' FROM generate_series(1, 60) n`,
    );
  }
});

afterAll(() => platform.close());

const nextOf = (answer: { body: Record<string, unknown> }) =>
  (answer.body['_links'] as { next?: { href: string } }).next?.href;

/** All pages from this one on. */
async function pages(path: string): Promise<string[][]> {
  const found: string[][] = [];
  for (let next: string | undefined = path; next;) {
    const answer = await acme.owner.get(next);
    expect(answer.status).toBe(200);
    found.push(itemsOf(answer).map(({ email }) => String(email)));
    next = nextOf(answer);
  }
  return found;
}

describe('a collection', () => {
  it.each([
    ['', [25, 25, 11]],
    ['?limit=1', Array<number>(61).fill(1)],
    ['?limit=7', [7, 7, 7, 7, 7, 7, 7, 7, 5]],
    ['?limit=60', [60, 1]],
    ['?limit=61', [61]],
    ['?limit=100', [61]],
  ])('asked for with "%s" comes in pages of %j, each member once', async (query, sizes) => {
    const found = await pages(`/users${query}`);
    expect(found.map(({ length }) => length)).toEqual(sizes);
    expect(new Set(found.flat()).size).toBe(61);
    expect(found.flat()[0]).toBe('owner@acme.example');
  });

  it('leaves out and repeats nobody while users come and go', async () => {
    const first = await acme.owner.get('/users?limit=10');
    const { id } = (await acme.owner.post('/users', { email: 'new@example.com' })).body;
    await acme.owner.delete(String(itemsOf(first).at(-1)?.['id']).replace(/^/, '/users/'));
    const rest = (await pages(nextOf(first) ?? '')).flat();
    const all = [...itemsOf(first).map(({ email }) => String(email)), ...rest];
    expect(new Set(all).size).toBe(all.length);
    expect(rest.at(-1)).toBe('new@example.com');
    expect(id).toBeTruthy();
  });

  it('of a core module is filtered and sorted like one of any other', async () => {
    const sorted = await platform.database.admin<{ email: string }>(
      `SELECT email FROM ${schemaOf(acme)}.user_account ORDER BY email DESC`,
    );
    expect((await pages('/users?sort=-email&limit=20')).flat()).toEqual(sorted.map(({ email }) => email));
    expect((await pages('/users?filter[email]=user7@example.com')).flat()).toEqual(['user7@example.com']);
    const slugs = async (query: string) =>
      itemsOf(await platform.operator.get(`/admin/tenants?${query}`)).map(({ slug }) => slug);
    expect(await slugs('sort=-slug&status=active')).toEqual(['globex', 'acme']);
    expect(await slugs('sort=slug&q=Tenant&filter[slug][prefix]=g&fields=slug')).toEqual(['globex']);
    expect(await slugs('sort=slug&status=suspended')).toEqual([]);
  });

  it('is HAL: its members and itself are linked', async () => {
    const answer = await acme.owner.get('/users?limit=2');
    expect(answer.headers.get('content-type')).toContain('application/hal+json');
    expect((answer.body['_links'] as { self: unknown }).self).toEqual({ href: '/users?limit=2' });
    for (const user of itemsOf(answer))
      expect(user['_links']).toEqual({ self: { href: `/users/${String(user['id'])}` } });
    expect(nextOf(answer)).toMatch(/^\/users\?limit=2&cursor=[\w-]{22}$/);
  });

  it('of an empty tenant is empty', async () => {
    const answer = await acme.owner.get('/notes');
    expect([itemsOf(answer), nextOf(answer)]).toEqual([[], undefined]);
  });

  it('continued with the cursor of another tenant gives one’s own members only', async () => {
    const next = nextOf(await globex.owner.get('/users?limit=5'));
    const found = itemsOf(await acme.owner.get(next ?? '')).map(({ id }) => String(id));
    const own = await platform.database.admin<{ id: string }>(`SELECT id FROM ${schemaOf(acme)}.user_account`);
    for (const id of found) expect(own.map((row) => row.id)).toContain(id);
  });

  it.each([
    'x',
    '%00',
    "'%20OR%201=1",
    '0198f5a0-0000-7000-8000-000000000000',
    '',
    '%F0%9F%9A%80',
    'A'.repeat(22),
    'A'.repeat(201),
  ])('refuses the cursor "%s"', async (cursor) => {
    const answer = await acme.owner.get(`/users?cursor=${cursor}`);
    expect(answer.status).toBe(400);
    expect(['CURSOR_INVALID', 'REQUEST_INVALID']).toContain(answer.body['code']);
  });

  it.each([
    'limit=0',
    'limit=-1',
    'limit=101',
    'limit=1.5',
    'limit=x',
    'limit=',
    'limit=1e9',
    'limit=NaN',
    'limit=1&limit=2',
    'limit[]=1',
    'offset=3',
    'cursor=a&cursor=b',
    'sort=password_hash',
  ])('refuses the query "%s"', async (query) => {
    expect(await acme.owner.get(`/users?${query}`)).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
  });
});

describe('a property that there is not', () => {
  const requests: Record<string, [string, string, Record<string, unknown>]> = {
    isAdmin: ['POST', '/users', { email: 'a@b.example', isAdmin: true }],
    passwordHash: ['POST', '/users', { email: 'a@b.example', passwordHash: 'x' }],
    id: ['POST', '/notes', { title: 'x', body: '', id: '0198f5a0-0000-7000-8000-000000000000' }],
    tenantId: ['POST', '/notes', { title: 'x', body: '', tenantId: 'x' }],
    'a/b~c': ['POST', '/notes', { title: 'x', body: '', 'a/b~c': 1 }],
    email: ['PATCH', '/users/0198f5a0-0000-7000-8000-000000000000', { email: 'a@b.example' }],
    createdAt: ['PATCH', '/notes/0198f5a0-0000-7000-8000-000000000000', { createdAt: '2020-01-01' }],
  };

  it.each(Object.entries(requests))('%s is refused by name', async (name, [method, path, body]) => {
    const answer = await acme.owner.send(method, path, body);
    const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'REQUEST_INVALID', errors: [{ pointer, detail: 'is not a property of this request' }] },
    });
  });

  it('deeper in a body is named by its whole path', async () => {
    const owner = { email: 'a@b.example', roles: ['owner'] };
    const answer = await platform.operator.post('/admin/tenants', { slug: 'deep', name: 'Deep', owner });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/owner/roles' }] } });
  });
});
