import { ModulesContainer } from '@nestjs/core';
import { newId, routesOf } from '@tenantry/platform';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestClient } from '../support/test-client.js';
import { OPERATOR, PASSWORD, startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';

let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  platform = await startPlatform();
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
});

afterAll(() => platform.close());

/** A body that the route takes, from which one part at a time is spoilt. */
const right: Record<string, () => Record<string, unknown>> = {
  'POST /auth/login': () => ({ email: 'x@acme.example', password: PASSWORD }),
  'POST /auth/refresh': () => ({ refreshToken: 'x' }),
  'POST /invitations/accept': () => ({ token: 'x', password: PASSWORD, name: 'X' }),
  'POST /users': () => ({ email: `u${newId()}@acme.example`, name: 'U', password: PASSWORD, roles: ['member'] }),
  'PATCH /users/:id': () => ({ name: 'U', roles: ['member'], disabled: false }),
  'POST /notes': () => ({ title: 'x', body: 'y' }),
  'PATCH /notes/:id': () => ({ title: 'x', body: 'y' }),
  'POST /admin/auth/login': () => ({ email: 'x@example.com', password: PASSWORD }),
  'POST /admin/tenants': () => ({
    slug: 'acme',
    name: 'A',
    plan: 'free',
    owner: { email: 'a@b.example', name: 'A', password: PASSWORD },
    settings: { a: 1 },
  }),
  'PATCH /admin/tenants/:id': () => ({ name: 'A', slug: 'acme', plan: 'free', settings: { a: 'b' } }),
  'POST /admin/plans': () => ({ code: 'free', name: 'Free', price: { amount: '1.00', currency: 'EUR' } }),
  'PATCH /admin/plans/:code': () => ({ name: 'Free', price: { amount: '0.00', currency: 'EUR' }, active: true }),
};

const odd: unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e308,
  '',
  ' ',
  'x',
  'a\u0000b',
  '\ud800',
  'é'.repeat(300),
  '__proto__',
  "'; --",
  [],
  [[]],
  [null],
  ['owner'],
  [{}],
  {},
  { a: null },
  { toString: 1 },
  { constructor: 1 },
  { length: -1 },
  { then: 1 },
  { toJSON: 1 },
  { amount: '1.00', currency: 'EUR' },
  [{ amount: '1.00', currency: 'EUR' }],
  { amount: null, currency: 'EUR' },
];

/** The body with each of its parts, nested ones too, replaced by each odd value. */
function spoilt(body: Record<string, unknown>): Record<string, unknown>[] {
  return Object.entries(body).flatMap(([name, value]) => [
    ...odd.map((each) => ({ ...body, [name]: each })),
    ...(typeof value === 'object' && value !== null && !Array.isArray(value)
      ? spoilt(value as Record<string, unknown>).map((inner) => ({ ...body, [name]: inner }))
      : []),
  ]);
}

const routes = () =>
  routesOf(platform.platform.app.get(ModulesContainer)).filter(({ path }) => path !== '/auth/logout');
const throttled = /\/auth\/login$/;

function clientOf(path: string): TestClient {
  return path.startsWith('/admin') ? platform.operator : acme.owner;
}

async function targets(): Promise<Record<string, string>> {
  const [note, user] = [
    await acme.owner.post('/notes', { title: 'x', body: 'y' }),
    await acme.owner.post('/users', { email: `t${newId()}@acme.example`, password: PASSWORD }),
  ];
  return {
    '/notes/:id': `/notes/${String(note.body['id'])}`,
    '/users/:id': `/users/${String(user.body['id'])}`,
    '/admin/tenants/:id': `/admin/tenants/${globex.id}`,
    '/admin/plans/:code': '/admin/plans/team',
  };
}

describe('no request makes a fault of ours', () => {
  it.each(Object.keys(right))('%s with any one part of its body spoilt', async (route) => {
    const [method = '', pattern = ''] = route.split(' ');
    const path = (await targets())[pattern] ?? pattern;
    const bodies = spoilt(right[route]?.() ?? {});
    const faults: string[] = [];
    for (const body of bodies) {
      const { status } = await clientOf(path).send(method, path, body);
      if (status >= 500) faults.push(`${status} ${JSON.stringify(body)}`);
      // Guesses are counted; what is looked at here is the form.
      if (throttled.test(path)) await platform.database.admin('DELETE FROM platform.login_attempt');
    }
    expect(faults).toEqual([]);
    expect((await platform.operator.get(`/admin/tenants/${globex.id}`)).body['slug']).toBe('globex');
  });

  it('whatever its method, path and body', async () => {
    const known = routes().map(({ path }) => path);
    const segment = fc.oneof(
      fc.constantFrom('..', '.', '%00', '%2e%2e', '%2F', '*', ':id', '__proto__', 'null', acme.id, newId()),
      fc.webSegment(),
    );
    const path = fc.oneof(
      fc.tuple(fc.constantFrom(...known), segment).map(([pattern, each]) => pattern.replace(/:\w+/g, each || 'x')),
      fc.array(segment, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`),
    );
    const query = fc.oneof(
      fc.constant(''),
      fc.webQueryParameters().map((text) => `?${text}`),
      fc.constantFrom(
        '?limit[a]=1',
        '?q=%00',
        '?q=%ff',
        '?from=x&to=y',
        '?from=-271821-04-20',
        '?purge=maybe',
        '?confirm=%00',
        '?status=',
        '?plan=%00',
      ),
    );
    const method = fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE', 'PUT', 'HEAD');
    const body = fc.option(fc.jsonValue(), { nil: undefined });
    const as = fc.constantFrom('operator', 'owner', 'anyone');
    await fc.assert(
      fc.asyncProperty(method, path, query, body, as, async (verb, at, search, sent, who) => {
        // The tenants of this file stay: what ends them has a suite of its own.
        fc.pre(
          !(who === 'operator' && verb !== 'GET' && /tenants\/./.test(at)) &&
            !(verb === 'DELETE' && who === 'owner' && at.includes('users')),
        );
        const client = {
          operator: platform.operator,
          owner: acme.owner,
          anyone: platform.anyone.with({ 'x-tenant': 'acme' }),
        }[who];
        const address = `${at}${search}`;
        fc.pre(URL.canParse(address, platform.url) && new URL(address, platform.url).origin === platform.url);
        const answer = await client.send(verb, address, ['GET', 'HEAD'].includes(verb) ? undefined : sent);
        expect([verb, at, search, answer.status < 500]).toEqual([verb, at, search, true]);
      }),
      { numRuns: 600 },
    );
  });

  it('and nothing of it has changed what others have', async () => {
    expect((await globex.owner.get('/notes')).status).toBe(200);
    expect((await globex.owner.get('/users')).status).toBe(200);
    expect(
      platform.log.filter(
        (line) => line.includes(PASSWORD) || line.includes(OPERATOR.password) || line.includes('Bearer ey'),
      ),
    ).toEqual([]);
  });
});
