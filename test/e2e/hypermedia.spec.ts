import { NotesModule } from '@tenantry/example-notes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OrdersModule } from '../support/purchases.module.js';
import { itemsOf, type TestClient, type TestResponse } from '../support/test-client.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { addUser, signIn, type TestUser } from '../support/test-users.js';

interface Link {
  href: string;
  templated?: boolean;
  hints?: { allow: string[] };
}

let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;
let member: TestUser;

beforeAll(async () => {
  platform = await startPlatform({ modules: [NotesModule, OrdersModule] });
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
  member = await addUser(platform, acme, 'member');
});

afterAll(() => platform.close());

const linksOf = (document: Record<string, unknown>) => document['_links'] as Record<string, Link>;
const templatesOf = ({ body }: TestResponse) =>
  (body['_templates'] ?? {}) as Record<string, Record<string, unknown> & { properties: object[] }>;
const rels = ({ body }: TestResponse) => Object.keys(linksOf(body)).filter((rel) => rel !== 'curies');
const docs = ['service-doc', 'service-desc'];

async function order(client: TestClient = acme.owner): Promise<string> {
  return String((await client.post('/orders', { title: 'Abc' })).headers.get('location'));
}

describe('the root document', () => {
  it('shows nobody how to sign in, what is public, and the documentation', async () => {
    const root = await platform.anyone.with({ 'x-tenant': 'acme' }).get('/');
    expect(rels(root)).toEqual(['self', 'auth:accept', 'auth:login', 'auth:refresh', 'orders:hours', ...docs]);
    expect(linksOf(root.body)['auth:login']).toEqual({ href: '/auth/login', hints: { allow: ['POST'] } });
    expect(templatesOf(root)['auth:login']).toEqual({
      method: 'POST',
      target: '/auth/login',
      contentType: 'application/json',
      title: 'Signs a user of the tenant in.',
      properties: [
        { name: 'email', type: 'email', required: true, maxLength: 254 },
        { name: 'password', type: 'password', required: true, minLength: 1, maxLength: 256 },
      ],
    });
  });

  it('shows what needs a tenant only where one is named', async () => {
    expect(rels(await platform.anyone.get('/'))).toEqual([
      'self',
      'auth:accept',
      'auth:login',
      'auth:refresh',
      ...docs,
    ]);
  });

  it('shows a caller what their roles may use, and nothing else', async () => {
    const both = ['auth:logout', 'auth:me', 'notes:notes', 'orders:hours', 'orders:orders', 'orders:prices'];
    const everybody = ['self', ...both, 'orders:suggestions'];
    expect(rels(await member.client.get('/'))).toEqual([...everybody, ...docs]);
    expect(rels(await acme.owner.get('/')).sort()).toEqual(
      [...everybody, 'api:api-version', 'auth:users', 'billing:usage', 'jobs:jobs', 'orders:summary', ...docs].sort(),
    );
  });

  it('finds the tenant by the token alone', async () => {
    const token = acme.owner.headers['authorization'] ?? '';
    expect(rels(await platform.anyone.with({ authorization: token }).get('/'))).toContain('notes:notes');
  });

  it('shows an operator the control plane', async () => {
    const root = await platform.operator.get('/');
    expect(rels(root)).toEqual([
      'self',
      'api:api-versions',
      'billing:plans',
      'jobs:counts',
      'jobs:jobs',
      'onboarding:exports',
      'onboarding:imports',
      'onboarding:migrations',
      'onboarding:operations',
      'onboarding:tenants',
      'onboarding:warm-pool',
      ...docs,
    ]);
    expect(linksOf(root.body)['onboarding:operations']).toEqual({ href: '/admin/operations' });
  });

  it('shows no operator’s link to a tenant’s owner', async () => {
    expect((await acme.owner.get('/')).text).not.toContain('/admin');
  });

  it('refuses a credential that does not verify, of either plane', async () => {
    const [head = '', , signature = ''] = (platform.operator.headers['authorization'] ?? '').split('.');
    const forged = Buffer.from(JSON.stringify({ aud: 'tenantry:control', sub: 'x', exp: 9e9, iat: 1 }));
    for (const authorization of ['Bearer x', 'Basic x', '', `${head}.${forged.toString('base64url')}.${signature}`]) {
      const answer = await platform.anyone.with({ 'x-tenant': 'acme', authorization }).get('/');
      expect([authorization, answer.status, answer.body['code']]).toEqual([authorization, 401, 'AUTH_TOKEN_INVALID']);
    }
  });

  it('refuses the token of another tenant', async () => {
    expect(await acme.owner.with({ 'x-tenant': 'globex' }).get('/')).toMatchObject({
      status: 403,
      body: { code: 'TENANT_MISMATCH' },
    });
  });

  it('refuses a session that has ended', async () => {
    const { client } = await addUser(platform, acme, 'member');
    expect((await client.get('/')).status).toBe(200);
    await client.post('/auth/logout');
    expect(await client.get('/')).toMatchObject({ status: 401, body: { code: 'AUTH_SESSION_ENDED' } });
  });

  it('is the same text for the same rights, in any session', async () => {
    const other = await addUser(platform, acme, 'member');
    expect((await other.client.get('/')).text).toBe((await member.client.get('/')).text);
  });
});

describe('a resource', () => {
  it('of a module that says nothing of links is linked and has its forms', async () => {
    const note = await acme.owner.post('/notes', { title: 'a', body: '' });
    const href = String(note.headers.get('location'));
    for (const answer of [note, await acme.owner.get(href), await acme.owner.patch(href, { body: 'b' })]) {
      expect(answer.body['_links']).toEqual({ self: { href }, collection: { href: '/notes' } });
      expect(templatesOf(answer)).toEqual({
        delete: { method: 'DELETE', target: href, title: 'Removes a note.', properties: [] },
        edit: {
          method: 'PATCH',
          target: href,
          contentType: 'application/json',
          title: 'Changes a note.',
          properties: [
            { name: 'title', type: 'text', minLength: 1, maxLength: 200 },
            { name: 'body', type: 'text' },
          ],
        },
      });
    }
  });

  it('shows each role what it may do', async () => {
    const path = await order();
    const shown = async (client: TestClient) => {
      const answer = await client.get(path);
      return [rels(answer), Object.keys(templatesOf(answer))];
    };
    const links = ['self', 'collection', 'orders:cancel', 'orders:pages'];
    expect(await shown(acme.owner)).toEqual([
      [...links, 'version-history'],
      ['delete', 'edit', 'orders:cancel'],
    ]);
    expect(await shown(member.client)).toEqual([links, ['edit', 'orders:cancel']]);
  });

  it('has another tag for who may do more, and with each right that its reader gains or loses', async () => {
    const path = await order();
    const user = await addUser(platform, acme, 'member');
    const tag = (await user.client.get(path)).headers.get('etag') ?? '';
    expect((await user.client.with({ 'if-none-match': tag }).get(path)).status).toBe(304);
    expect((await acme.owner.with({ 'if-none-match': tag }).get(path)).status).toBe(200);
    const promote = async (roles: string[]) => {
      expect((await acme.owner.patch(`/users/${user.id}`, { roles })).status).toBe(200);
      return (await signIn(platform, acme, user.email)).client.with({ 'if-none-match': tag }).get(path);
    };
    expect((await promote(['owner'])).status).toBe(200);
    expect((await promote(['member'])).status).toBe(304);
  });

  it('shows an action only in the state for it, in its own document and in its collection', async () => {
    const path = await order();
    const shown = async () => {
      const members = itemsOf(await acme.owner.get('/orders?limit=100'));
      const own = await acme.owner.get(path);
      const embedded = members.find((each) => linksOf(each)['self']?.href === path) ?? {};
      return [linksOf(own.body), linksOf(embedded), templatesOf(own)].map((each) => 'orders:cancel' in each);
    };
    expect(await shown()).toEqual([true, true, true]);
    const cancelled = await acme.owner.post(`${path}/cancel`);
    expect(cancelled).toMatchObject({ status: 200, body: { _links: { self: { href: path } } } });
    expect(rels(cancelled)).not.toContain('orders:cancel');
    expect(await shown()).toEqual([false, false, false]);
    expect((await acme.owner.post(`${path}/cancel`)).status).toBe(409);
  });

  it('tells of an action’s method, and of addresses to be filled in', async () => {
    const path = await order();
    const links = linksOf((await acme.owner.get(path)).body);
    expect(links['orders:cancel']).toEqual({ href: `${path}/cancel`, hints: { allow: ['POST'] } });
    expect(links['orders:pages']).toEqual({ href: `${path}/pages/{number}`, templated: true });
    expect(links['version-history']).toEqual({ href: `${path}/history` });
  });

  it('is reached by any of its names, and links the one that it gives itself', async () => {
    const { body } = await platform.operator.get('/admin/tenants/acme');
    const self = `/admin/tenants/${acme.id}`;
    expect(linksOf(body)).toMatchObject({
      self: { href: self },
      collection: { href: '/admin/tenants' },
      'onboarding:suspend': { href: `${self}/suspend` },
    });
    expect(linksOf(body)).not.toHaveProperty('onboarding:resume');
  });
});

describe('a collection', () => {
  it('has a form for what it takes, with the rules of each field', async () => {
    const answer = await acme.owner.get('/orders?limit=1');
    expect(linksOf(answer.body)['self']).toEqual({ href: '/orders?limit=1' });
    expect(templatesOf(answer)['default']).toEqual({
      method: 'POST',
      target: '/orders',
      contentType: 'application/json',
      title: 'Orders something.',
      properties: [
        { name: 'title', type: 'text', required: true, regex: '^[A-Z]', minLength: 1, maxLength: 200 },
        { name: 'quantity', type: 'number', min: 1, max: 99 },
        { name: 'freight', type: 'text', options: { inline: ['air', 'sea'], maxItems: 1 } },
        {
          name: 'urgent',
          options: {
            inline: [
              { prompt: 'true', value: true },
              { prompt: 'false', value: false },
            ],
            maxItems: 1,
          },
        },
        { name: 'contact', type: 'email' },
      ],
    });
  });

  it('has no form for who may not add to it', async () => {
    const admin = await addUser(platform, acme, 'admin');
    expect(Object.keys(templatesOf(await admin.client.get('/users')))).toEqual(['default']);
    const plans = await platform.operator.get('/admin/plans');
    expect(Object.keys(templatesOf(plans))).toEqual(['default']);
    expect(templatesOf(await acme.owner.get('/me'))).toEqual({});
  });

  it('embeds members whose links are their own tenant’s', async () => {
    const [mine, theirs] = [await order(), await order(globex.owner)];
    const { text } = await acme.owner.get('/orders?limit=100');
    expect([text.includes(mine), text.includes(theirs)]).toEqual([true, false]);
  });
});

describe('a relation', () => {
  it('of ours leads to a page that says what it is, which everybody may read', async () => {
    const { body } = await acme.owner.get('/');
    const curies = linksOf(body)['curies'] as unknown as { name: string; href: string; templated: boolean }[];
    expect(curies.map(({ name }) => name)).toEqual(['api', 'auth', 'billing', 'jobs', 'notes', 'orders']);
    for (const rel of Object.keys(linksOf(body)).filter((name) => name.includes(':'))) {
      const [module, name = ''] = rel.split(':');
      const page = curies.find((each) => each.name === module)?.href.replace('{rel}', name) ?? '';
      expect([rel, await platform.anyone.get(page)]).toMatchObject([rel, { status: 200, body: { rel, module, name } }]);
    }
  });

  it('names method, address, permission and feature of its requests', async () => {
    expect((await platform.anyone.get('/rels/orders/cancel')).body).toMatchObject({
      requests: [
        {
          method: 'POST',
          path: '/orders/{id}/cancel',
          description: 'Cancels an order that is open.',
          access: 'permission',
          permissions: ['orders:write'],
        },
      ],
    });
    expect((await platform.anyone.get('/rels/orders/expedite')).body).toMatchObject({
      requests: [{ feature: 'expedite' }],
    });
  });

  it.each(['/rels/orders/nothing', '/rels/nothing/orders', '/rels/__proto__/constructor'])(
    'that there is not has no page: %s',
    async (path) => {
      expect((await platform.anyone.get(path)).status).toBe(404);
    },
  );
});
