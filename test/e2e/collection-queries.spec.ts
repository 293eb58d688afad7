import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nextOf, walk } from '../support/collection-pages.js';
import { OrdersModule } from '../support/orders.module.js';
import { itemsOf } from '../support/test-client.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { addUser, schemaOf } from '../support/test-users.js';

let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  platform = await startPlatform({ modules: [OrdersModule] });
  await platform.operator.patch('/admin/plans/free', { features: ['lines'] });
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
  await platform.database.admin(`
    INSERT INTO ${schemaOf(acme)}.customer_order (id, title, status, priority, weight, paid, due_at, created_at) VALUES
      ('01900000-0000-7000-8000-000000000001', 'a_b', 'open', 2, 0.5, true, '2026-01-01T00:00:00.000001Z', '2026-01-01Z'),
      ('01900000-0000-7000-8000-000000000002', 'a%b', 'open', 1, 1e300, false, '2026-01-01T00:00:00.000002Z', '2026-01-02Z'),
      ('01900000-0000-7000-8000-000000000003', 'aXb', 'closed', NULL, 'NaN', false, NULL, '2026-01-03Z'),
      ('01900000-0000-7000-8000-000000000004', NULL, 'closed', -5, NULL, true, 'infinity', '2026-01-04Z'),
      ('01900000-0000-7000-8000-000000000005', 'O''Neill; --', 'open', 2, '-Infinity', false, '0044-03-15 BC', '2026-01-05Z')`);
  await platform.database.admin(
    `INSERT INTO ${schemaOf(globex)}.customer_order (title, created_at) VALUES ('theirs', '2026-01-01Z')`,
  );
});

afterAll(() => platform.close());

const titles = (rows: Record<string, unknown>[]) => rows.map(({ title }) => title);
const all = ['a_b', 'a%b', 'aXb', null, "O'Neill; --"];

/** The parameter that is refused, and why. */
async function faultsOf(query: string): Promise<[string | undefined, string]> {
  const { status, body } = await acme.owner.get(`/orders?${query}`);
  expect([status, body['code']]).toEqual([400, 'REQUEST_INVALID']);
  const errors = body['errors'] as { pointer: string; detail: string }[];
  return [errors[0]?.pointer, errors.map(({ detail }) => detail).join('; ')];
}

describe('a filter', () => {
  it.each([
    ['filter[status]=open', ['a_b', 'a%b', "O'Neill; --"]],
    ['filter[status][ne]=open', ['aXb', null]],
    ['filter[title]=a_b', ['a_b']],
    ['filter[title][eq]=a_b', ['a_b']],
    ['filter[title][ne]=a_b', ['a%b', 'aXb', null, "O'Neill; --"]],
    ['filter[title][in]=a_b,aXb,none', ['a_b', 'aXb']],
    ['filter[title][prefix]=a_', ['a_b']],
    ['filter[title][prefix]=a%25', ['a%b']],
    ['filter[title][prefix]=a', ['a_b', 'a%b', 'aXb']],
    ['filter[title][prefix]=\\', []],
    ["filter[title]=O'Neill; --", ["O'Neill; --"]],
    ['filter[title][null]=true', [null]],
    ['filter[title][null]=false', ['a_b', 'a%b', 'aXb', "O'Neill; --"]],
    ['filter[priority][gt]=1', ['a_b', "O'Neill; --"]],
    ['filter[priority][gte]=1&filter[priority][lt]=2', ['a%b']],
    ['filter[priority][lte]=-5', [null]],
    ['filter[weight]=1e300', ['a%b']],
    ['filter[paid]=true&filter[status]=open', ['a_b']],
    ['filter[dueAt]=2026-01-01T00:00:00.000002Z', ['a%b']],
    ['filter[dueAt]=2026-01-01T01:00:00.000002%2B01:00', ['a%b']],
    ['filter[dueAt][lt]=2026-01-01T00:00:00.000002Z', ['a_b', "O'Neill; --"]],
    ['filter[createdAt][gte]=2026-01-04T00:00:00Z', [null, "O'Neill; --"]],
    ['filter[customerId][null]=true&limit=2', all],
    ['filter[customerId]=0198f5a0-0000-7000-8000-000000000000', []],
  ])('%s keeps the rows that it says', async (query, expected) => {
    expect(titles(await walk(acme.owner, `/orders?${query}`))).toEqual(expected);
  });

  it('shows no rows of another tenant', async () => {
    expect(titles(await walk(globex.owner, '/orders?filter[title][prefix]='))).toEqual(['theirs']);
    expect(await walk(acme.owner, '/orders?filter[title]=theirs')).toEqual([]);
  });

  it('cannot lift a condition of the handler', async () => {
    expect(await walk(acme.owner, '/orders/open?filter[status]=closed')).toEqual([]);
    expect(titles(await walk(acme.owner, '/orders/open?sort=-createdAt&limit=1'))).toEqual([
      "O'Neill; --",
      'a%b',
      'a_b',
    ]);
  });

  it.each([
    ['filter[note]=x', '/filter[note]', 'title, status, priority'],
    ['filter[id]=x', '/filter[id]', 'title, status'],
    ['filter[customer]=x', '/filter[customer]', 'title, status'],
    ['filter[due_at]=x', '/filter[due_at]', 'title, status'],
    ['filter[__proto__]=x', '/filter[__proto__]', 'title'],
    ['filter[constructor][prototype]=x', '/filter[constructor]', 'title'],
    ['filter[status][gt]=open', '/filter[status][gt]', 'eq, ne, in, null'],
    ['filter[paid][in]=true', '/filter[paid][in]', 'eq, ne, null'],
    ['filter[title][like]=x', '/filter[title][like]', 'prefix'],
    ['filter[priority][prefix]=1', '/filter[priority][prefix]', 'gte'],
    ['filter[status]=Open', '/filter[status]', 'must be one of open, closed'],
    ['filter[priority]=1.5', '/filter[priority]', 'must be a whole number'],
    ['filter[priority]=2147483648', '/filter[priority]', 'must be a whole number'],
    ['filter[priority][in]=1,,2', '/filter[priority][in]', 'each value must be a whole number'],
    ['filter[weight]=1e309', '/filter[weight]', 'must be a number'],
    ['filter[weight]=1e-400', '/filter[weight]', 'must be a number'],
    ['filter[weight]=NaN', '/filter[weight]', 'must be a number'],
    ['filter[paid]=1', '/filter[paid]', 'must be true or false'],
    ['filter[dueAt]=2026-02-30T00:00:00Z', '/filter[dueAt]', 'must be a time'],
    ['filter[dueAt]=0000-01-01T00:00:00Z', '/filter[dueAt]', 'must be a time'],
    ['filter[dueAt]=2026-01-01', '/filter[dueAt]', 'must be a time'],
    ['filter[dueAt]=2026-01-01T00:00:00', '/filter[dueAt]', 'must be a time'],
    ['filter[dueAt]=now', '/filter[dueAt]', 'must be a time'],
    ['filter[dueAt][null]=yes', '/filter[dueAt][null]', 'must be true or false'],
    ['filter[customerId]=1', '/filter[customerId]', 'must be a UUID'],
    ['filter[title]=a%00b', '/filter[title]', 'must be a text'],
    ['filter[title]=a&filter[title]=b', '/filter[title]', 'more than once'],
    ['filter=x', '/filter', 'filter[property]=value'],
    ['filter=x&filter=y', '/filter', 'filter[property]=value'],
    ['filter[a][b][c]=1', '/filter[a][b][c]', 'is not a property of this request'],
    ['filter[]=1', '/filter[]', 'is not a property of this request'],
    [
      'sort=note',
      '/sort',
      '"note" is not a property to sort by; possible: id, title, priority, weight, dueAt, createdAt',
    ],
    ['sort=paid', '/sort', '"paid" is not a property to sort by'],
    ['sort=title,', '/sort', '""'],
    ['sort=--title', '/sort', '"-title"'],
    ['sort=title,-title', '/sort', 'twice'],
    ['sort=title,priority,weight,dueAt', '/sort', 'more than 3'],
    ['sort=title&sort=id', '/sort', 'string'],
    ['sort=id;DROP TABLE note', '/sort', 'DROP TABLE'],
    ['embed=order', '/embed', '"order" is not a relation to embed; possible: customer, lines'],
    ['embed=lines.order', '/embed', 'lines.order'],
    ['embed=', '/embed', '""'],
    ['embed=lines&embed=customer', '/embed', 'string'],
    ['fields=title,secret', '/fields', '"secret" is not a property; possible: id, title'],
    ['fields=', '/fields', '""'],
    ['fields=title&fields=id', '/fields', 'string'],
  ])('%s is refused, naming it and what is possible', async (query, pointer, detail) => {
    expect(await faultsOf(query)).toEqual([pointer, expect.stringContaining(detail)]);
  });

  it('holds at most ten conditions of a hundred short values', async () => {
    const eleven = Array.from({ length: 11 }, (_, n) => `filter[p${n}]=1`);
    expect(await faultsOf(eleven.join('&'))).toEqual(['/filter', 'holds more than 10 conditions']);
    expect(await faultsOf(`filter[priority][in]=${'1,'.repeat(100)}1`)).toEqual([
      '/filter',
      'holds more than 100 values',
    ]);
    expect((await acme.owner.get(`/orders?filter[priority][in]=${'1,'.repeat(99)}1`)).status).toBe(200);
    expect(await faultsOf(`filter[title]=${'x'.repeat(1001)}`)).toEqual([
      '/filter[title]',
      expect.stringContaining('1000'),
    ]);
    expect((await acme.owner.get(`/orders?filter[title]=${'x'.repeat(1000)}`)).status).toBe(200);
  });

  it('names every parameter at fault', async () => {
    const { body } = await acme.owner.get('/orders?filter[x]=1&sort=y&embed=z&filter[paid]=2');
    expect((body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual([
      '/filter[x]',
      '/filter[paid]',
      '/sort',
      '/embed',
    ]);
  });
});

describe('a sort', () => {
  it.each([
    ['sort=createdAt', all],
    ['sort=-createdAt', all.toReversed()],
    ['sort=-id', all.toReversed()],
    ['sort=priority,-createdAt', [null, 'a%b', "O'Neill; --", 'a_b', 'aXb']],
    ['sort=-priority,createdAt', ['aXb', 'a_b', "O'Neill; --", 'a%b', null]],
    ['sort=weight', ["O'Neill; --", 'a_b', 'a%b', 'aXb', null]],
    ['sort=-dueAt', ['aXb', null, 'a%b', 'a_b', "O'Neill; --"]],
  ])('%s orders the rows, in pages of every size', async (query, expected) => {
    for (const limit of [1, 2, 5])
      expect(titles(await walk(acme.owner, `/orders?${query}&limit=${limit}`))).toEqual(expected);
  });

  it('goes on with its filter, whatever the filter holds', async () => {
    const path = `/orders?limit=1&sort=-title&filter[title][ne]=${encodeURIComponent('a?b=c&d #')}`;
    expect(await walk(acme.owner, path)).toHaveLength(5);
  });

  it('continues only with a cursor of its own', async () => {
    const cursorOf = async (query: string) =>
      new URL(nextOf(await acme.owner.get(`/orders?limit=1&${query}`)) ?? '', platform.url).searchParams.get(
        'cursor',
      ) ?? '';
    const refused = async (query: string, cursor: string) =>
      expect(await acme.owner.get(`/orders?limit=1&${query}&cursor=${cursor}`)).toMatchObject({
        status: 400,
        body: { code: 'CURSOR_INVALID' },
      });
    await addUser(platform, acme, 'member');
    const users = new URL(nextOf(await acme.owner.get('/users?limit=1&sort=-id')) ?? '', platform.url).searchParams;
    expect((await acme.owner.get(`/users?${users.toString()}`)).status).toBe(200);
    await refused('sort=-id', users.get('cursor') ?? '');
    const own = await cursorOf('sort=-createdAt');
    const plain = await cursorOf('');
    for (const query of ['', 'sort=createdAt', 'sort=-title', 'sort=-createdAt&filter[paid]=true', 'filter[paid]=true'])
      await refused(query, own);
    for (const query of ['sort=id', 'sort=-createdAt', 'filter[paid]=false']) await refused(query, plain);
    const [digest, ...values] = JSON.parse(Buffer.from(own, 'base64url').toString()) as string[];
    const forged = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
    await refused('sort=-createdAt', forged(digest, ...values.toReversed()));
    await refused('sort=-createdAt', forged(digest, '2026-01-02 00:00:00+00', values[1]));
    await refused('sort=-createdAt', forged(digest, "'; DROP TABLE note; --", values[1]));
    await refused('sort=-createdAt', forged(digest, ...values, null));
    await refused('sort=-createdAt', forged(digest, { toString: 1 }, values[1]));
    expect((await acme.owner.get(`/orders?limit=1&sort=-createdAt&cursor=${forged(digest, ...values)}`)).status).toBe(
      200,
    );
  });

  it('takes no cursor that somebody made up with a time that there is not', async () => {
    const id = '01a20000-0000-7000-8000-000000000000';
    const forged = (time: string) => {
      const order = ['createdAt', 'id'].map((property) => [property, true]);
      const parts = JSON.stringify(['customer_order', [], order, [time, id]]);
      const digest = createHash('sha256').update(parts).digest('base64url').slice(0, 16);
      return Buffer.from(JSON.stringify([digest, time, id])).toString('base64url');
    };
    const ask = (time: string) => acme.owner.get(`/orders?sort=-createdAt&cursor=${forged(time)}`);
    expect((await ask('2026-02-28 00:00:00+00')).status).toBe(200);
    for (const time of ['2026-02-30 00:00:00+00', '999999-01-01 00:00:00+00', '2026-01-01 00:00:00+99'])
      expect(await ask(time), time).toMatchObject({ status: 400, body: { code: 'CURSOR_INVALID' } });
  });

  it('refuses to continue after a value that no address can hold', async () => {
    await platform.database.admin(
      `INSERT INTO ${schemaOf(globex)}.customer_order (title) VALUES (repeat('z', 20000)), (repeat('z', 20001))`,
    );
    const answer = await globex.owner.get('/orders?sort=-title&limit=1');
    expect(answer).toMatchObject({ status: 422, body: { code: 'COLLECTION_SORT_TOO_LONG' } });
    expect(itemsOf(await globex.owner.get('/orders?sort=-title'))).toHaveLength(3);
  });
});
