import { newId } from '@tenantry/kernel';
import { DataSource } from 'typeorm';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner.js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { walk } from '../support/collection-pages.js';
import { OrdersModule } from '../support/orders.module.js';
import { itemsOf, type TestResponse } from '../support/test-client.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { addUser, schemaOf } from '../support/test-users.js';

let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;
let order: string;

/** The same ids in both tenants, so that a row in the wrong place would show. */
const ids = [newId(), newId(), newId()];

beforeAll(async () => {
  platform = await startPlatform({ modules: [OrdersModule] });
  await platform.operator.patch('/admin/plans/free', { features: ['lines'] });
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
  for (const tenant of [acme, globex]) {
    const schema = schemaOf(tenant);
    const admin = (sql: string, values?: unknown[]) => platform.database.admin(sql, values);
    await admin(`INSERT INTO ${schema}.customer (id, name, secret) VALUES ($1, $2, 'hidden')`, [ids[0], tenant.slug]);
    await admin(
      `INSERT INTO ${schema}.customer_order (id, title, customer_id) SELECT id, 'with', $1 FROM unnest($2::uuid[]) id`,
      [ids[0], ids],
    );
    await admin(
      `INSERT INTO ${schema}.order_line (id, order_id, article)
       SELECT overlay(id::text placing '0' || n from 35)::uuid, id, $2 || n FROM unnest($1::uuid[]) id, generate_series(1, 3) n`,
      [ids, tenant.slug],
    );
    await admin(`INSERT INTO ${schema}.customer_order (title) VALUES ('without')`);
  }
  order = `/orders/${String(ids[0])}`;
});

afterAll(() => platform.close());

type Embedded = Record<string, Record<string, unknown> | Record<string, unknown>[]>;

const embeddedIn = (document: Record<string, unknown> | undefined) => document?.['_embedded'] as Embedded;
const articles = (document: Record<string, unknown> | undefined) =>
  (embeddedIn(document)['lines'] as Record<string, unknown>[]).map(({ article }) => article);
const keys = (document: Record<string, unknown> | undefined) => Object.keys(document ?? {}).sort();

describe('embed', () => {
  it.each(['/orders?embed=lines,customer', '/orders?embed=customer,lines,lines&sort=createdAt'])(
    '%s has the relations of each member',
    async (path) => {
      const [first, , , last] = itemsOf(await acme.owner.get(path));
      expect(articles(first)).toEqual(['acme1', 'acme2', 'acme3']);
      expect(embeddedIn(first)['customer']).toMatchObject({ id: ids[0], name: 'acme' });
      expect(keys(embeddedIn(first)['customer'] as Record<string, unknown>)).toEqual(['_links', 'id', 'name']);
      expect([first?.['lines'], first?.['customer']]).toEqual([undefined, undefined]);
      expect(embeddedIn(last)).toEqual({ lines: [] });
    },
  );

  it('is absent when it is not asked for', async () => {
    expect(keys(itemsOf(await acme.owner.get('/orders'))[0])).not.toContain('_embedded');
  });

  it('gives each tenant its own rows', async () => {
    const [first] = itemsOf(await globex.owner.get('/orders?embed=lines,customer'));
    expect([articles(first), embeddedIn(first)['customer']]).toMatchObject([
      ['globex1', 'globex2', 'globex3'],
      { id: ids[0], name: 'globex' },
    ]);
  });

  it('leaves the pages as they are', async () => {
    for (const query of ['', '&sort=title', '&filter[title]=with']) {
      const found = await walk(acme.owner, `/orders?embed=lines&limit=2${query}`);
      expect(found.map(({ id }) => id)).toEqual((await walk(acme.owner, `/orders?${query}`)).map(({ id }) => id));
      for (const each of found.filter(({ title }) => title === 'with')) expect(articles(each)).toHaveLength(3);
    }
  });

  it('has one resource’s relations too', async () => {
    const { body } = await acme.owner.get(`${order}?embed=lines,customer`);
    expect([articles(body), embeddedIn(body)['customer']]).toMatchObject([
      ['acme1', 'acme2', 'acme3'],
      { id: ids[0], name: 'acme' },
    ]);
    expect(body['_links']).toMatchObject({ self: { href: order }, collection: { href: '/orders' } });
    expect(await acme.owner.get(`${order}?embed=secrets`)).toMatchObject({
      status: 400,
      body: {
        errors: [{ pointer: '/embed', detail: '"secrets" is not a relation to embed; possible: customer, lines' }],
      },
    });
  });

  it('costs one statement for each relation, however many members there are', async () => {
    const sent = vi.spyOn(PostgresQueryRunner.prototype, 'query');
    const ofTenants = platform.platform.app.get(DataSource); // others send statements now and then
    const statements = async (limit: number) => {
      sent.mockClear();
      expect(itemsOf(await acme.owner.get(`/orders?embed=lines,customer&limit=${limit}`))).toHaveLength(limit);
      return sent.mock.contexts.filter((runner) => (runner as PostgresQueryRunner).connection === ofTenants).length;
    };
    expect([await statements(1), await statements(4)]).toEqual([3, 3]);
    sent.mockRestore();
  });

  it('refuses more rows than a request may hold', async () => {
    const big = await platform.createTenant('big');
    await platform.database.admin(`
      WITH made AS (INSERT INTO ${schemaOf(big)}.customer_order (title) VALUES ('big') RETURNING id)
      INSERT INTO ${schemaOf(big)}.order_line (order_id, article) SELECT id, n FROM made, generate_series(1, 10001) n`);
    expect(await big.owner.get('/orders?embed=lines')).toMatchObject({
      status: 422,
      body: { code: 'COLLECTION_EMBED_TOO_LARGE' },
    });
    await platform.database.admin(`DELETE FROM ${schemaOf(big)}.order_line WHERE article = '1'`);
    expect(articles(itemsOf(await big.owner.get('/orders?embed=lines'))[0])).toHaveLength(10_000);
  });
});

describe('an embedded row', () => {
  const both = `?embed=lines,customer&limit=1`;
  const linksOf = (document: Record<string, unknown> | undefined) => {
    const { lines, customer } = embeddedIn(document) as { lines: Linked[]; customer: Linked };
    return [lines[0]?._links, customer._links];
  };
  type Linked = { _links: Record<string, { href: string }>; id: string };
  const plan = (features: string[]) => platform.operator.patch('/admin/plans/free', { features });

  it('has the links of its resource, in a collection and in one resource, and they lead there', async () => {
    const members = itemsOf(await acme.owner.get('/orders?embed=lines,customer'));
    const member = members.find(({ id }) => order === `/orders/${String(id)}`);
    const { body } = await acme.owner.get(`${order}?embed=lines,customer`);
    expect(linksOf(body)).toEqual(linksOf(member));
    const [line, customer] = linksOf(body);
    expect(line).toEqual({ self: { href: expect.stringMatching(`^${order}/lines/`) as string } });
    expect(customer).toEqual({
      self: { href: `/customers/${ids[0]}` },
      'orders:greetings': { href: `/customers/${ids[0]}/greetings`, hints: { allow: ['POST'] } },
    });
    for (const { href } of [line?.['self'], customer?.['self']].flatMap((link) => link ?? []))
      expect((await acme.owner.get(href)).body['_links']).toMatchObject({ self: { href } });
    expect((await acme.owner.post(customer?.['orders:greetings']?.href ?? '')).status).toBe(200);
  });

  it('has its links’ CURIEs in the document that embeds it', async () => {
    const curies = [{ name: 'orders', href: '/rels/orders/{rel}', templated: true }];
    for (const path of [`/orders${both}`, `${order}?embed=customer`])
      expect((await acme.owner.get(path)).body['_links']).toMatchObject({ curies });
  });

  it('that the caller may not read is not embedded and not told of', async () => {
    const { client } = await addUser(platform, acme, 'member');
    for (const path of [`/orders${both}`, `${order}?embed=customer`])
      expect(await client.get(path)).toMatchObject({
        status: 400,
        body: { errors: [{ detail: '"customer" is not a relation to embed; possible: lines' }] },
      });
    expect((await client.get(`/customers/${ids[0]}`)).status).toBe(403);
    expect((await client.get(`${order}?embed=lines`)).status).toBe(200);
    const admin = await addUser(platform, acme, 'admin');
    expect((await admin.client.get(`${order}?embed=customer`)).status).toBe(200);
  });

  it('that the tenant’s plan lacks is not embedded and not told of', async () => {
    await plan([]);
    expect(await acme.owner.get(`/orders${both}`)).toMatchObject({
      status: 400,
      body: { errors: [{ detail: '"lines" is not a relation to embed; possible: customer' }] },
    });
    await plan(['lines']);
    expect((await acme.owner.get(`/orders${both}`)).status).toBe(200);
  });
});

describe('fields', () => {
  it('leaves of each member what was asked for, its id, links and embedded rows', async () => {
    const answer = await acme.owner.get('/orders?fields=title,status&embed=customer&sort=title&limit=1');
    expect(keys(itemsOf(answer)[0])).toEqual(['_embedded', '_links', 'id', 'status', 'title']);
    expect(keys(answer.body)).toEqual(['_embedded', '_links']);
    expect(Object.keys(answer.body['_links'] as object)).toEqual(['self', 'curies', 'orders:open', 'next']);
  });

  it('leaves of a resource what was asked for', async () => {
    expect(keys((await acme.owner.get(`${order}?fields=note`)).body)).toEqual(['_links', 'id', 'note']);
    const unknown = await acme.owner.get(`${order}?fields=note,lines`);
    expect(unknown).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID', errors: [{ pointer: '/fields' }] } });
    expect(unknown.headers.get('content-type')).toContain('application/problem+json');
  });

  it('works on answers that a handler made itself, where nothing is unknown', async () => {
    const shown = (answer: TestResponse) => [answer.status, keys(itemsOf(answer)[0])];
    expect(shown(await acme.owner.get('/users?fields=disabled,passwordHash'))).toEqual([
      200,
      ['_links', 'disabled', 'id'],
    ]);
    const [user] = itemsOf(await acme.owner.get('/users'));
    expect(keys((await acme.owner.get(`/users/${String(user?.['id'])}?fields=email`)).body)).toEqual([
      '_links',
      '_templates',
      'email',
      'id',
    ]);
    expect(shown(await platform.operator.get('/admin/tenants?fields=slug&status=active'))).toEqual([
      200,
      ['_links', 'id', 'slug'],
    ]);
  });

  it('is nothing to a problem, or to an answer that is no document', async () => {
    expect((await acme.owner.get(`/orders/${newId()}?fields=title`)).body['code']).toBe('RESOURCE_UNKNOWN');
    expect((await platform.anyone.get('/health/live?fields=x')).status).toBe(200);
    expect((await acme.owner.post('/users?fields=id', { email: 'a@b.example' })).body['email']).toBe('a@b.example');
  });
});

describe('a resource by its id', () => {
  it('is found under the conditions of the handler only', async () => {
    const path = order.replace('/orders/', '/orders/open/');
    expect((await acme.owner.get(path)).status).toBe(200);
    await platform.database.admin(`UPDATE ${schemaOf(acme)}.customer_order SET status = 'closed' WHERE id = $1`, [
      ids[0],
    ]);
    expect((await acme.owner.get(path)).status).toBe(404);
    expect((await acme.owner.get(order)).status).toBe(200);
    expect((await globex.owner.get(path)).status).toBe(200);
  });

  it.each(['x', newId(), '%00', "'%20OR%20'1'='1"])('%s that there is not is 404', async (id) => {
    expect((await acme.owner.get(`/orders/${id}`)).status).toBeGreaterThanOrEqual(400);
    expect((await acme.owner.get(`/orders/${id}`)).status).toBeLessThan(500);
  });
});
