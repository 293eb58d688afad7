import { ModulesContainer } from '@nestjs/core';
import { NotesModule } from '@tenantry/example-notes';
import { routesOf, type Route } from '@tenantry/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NEWEST } from '../support/order-history.js';
import { crawl, isOffered, routeOf, type Crawl, type Offer } from '../support/crawler.js';
import { fillForm } from '../support/fill-form.js';
import { OrdersModule } from '../support/purchases.module.js';
import type { TestClient } from '../support/test-client.js';
import { PASSWORD, startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { addUser } from '../support/test-users.js';
import { TicketsModule } from '../support/tickets.module.js';

const REFUSED = [401, 402, 403, 404];
const ROLES = ['owner', 'admin', 'member'];
const PLANS = { free: [], team: ['export'], enterprise: ['export', 'expedite'] };
const SETTINGS = { untouched: {}, 'export off': { features: { export: false } } };

const cases = ROLES.flatMap((role) =>
  Object.keys(PLANS).flatMap((plan) => Object.keys(SETTINGS).map((settings) => ({ role, plan, settings }))),
);

let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;
let routes: Route[];
let nobody: Crawl;
/** Something of acme for every parameter of a path. */
let examples: Record<string, string>;
const callers = new Map<string, TestClient>();

beforeAll(async () => {
  platform = await startPlatform({ modules: [NotesModule, OrdersModule, TicketsModule] });
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
  for (const [plan, features] of Object.entries(PLANS))
    await platform.operator.patch(`/admin/plans/${plan}`, { features });
  for (const role of ROLES) callers.set(role, (await addUser(platform, acme, role)).client);
  const user = await addUser(platform, acme, 'member');
  examples = { users: user.id, notes: await made('/notes', { title: 'a', body: '' }), prices: 'tea' };
  await globex.owner.post('/notes', { title: 'theirs', body: '' });
  routes = routesOf(platform.platform.app.get(ModulesContainer)).filter(isOfTenants);
  nobody = await crawl(platform.anyone.with({ 'x-tenant': 'acme' }));
});

afterAll(() => platform.close());

function isOfTenants({ access, path }: Route): boolean {
  if (path === '/') return false; // where everything begins
  return access?.kind !== 'operator' && !(access?.kind === 'public' && access.tenant === 'none');
}

const made = async (path: string, body: object) => String((await acme.owner.post(path, body)).body['id']);

/** An address of something that there is. */
function addressOf(path: string): string {
  const id = examples[path.split('/')[1] ?? ''] ?? '1';
  return path.replace(/:\w+/g, id);
}

async function callerOf({ role, plan, settings }: (typeof cases)[number]): Promise<TestClient> {
  const change = { plan, settings: SETTINGS[settings as keyof typeof SETTINGS] };
  expect((await platform.operator.patch(`/admin/tenants/${acme.id}`, change)).status).toBe(200);
  return callers.get(role) ?? acme.owner;
}

describe.each(cases)('to a $role of a tenant with the plan $plan and settings $settings', (each) => {
  it('every link leads to an answer', async () => {
    const { statuses } = await crawl(await callerOf(each));
    expect([...statuses].filter(([, status]) => REFUSED.includes(status))).toEqual([]);
    expect(statuses.size).toBeGreaterThan(8);
  });

  it('no link leads to another tenant or to the control plane', async () => {
    const { offers } = await crawl(await callerOf(each));
    expect(offers.filter(({ href }) => href.startsWith('/admin'))).toEqual([]);
  });

  it('what is offered is not refused, and what is not offered is', async () => {
    const client = await callerOf(each);
    examples['orders'] = await made('/orders', { title: 'Abc' }); // one that can still be cancelled
    const { offers } = await crawl(client);
    const isFound = (route: Route) => isOffered(route, [...offers, ...nobody.offers], routes);
    const wrong: string[] = [];
    for (const route of routes) {
      // What would end the caller's session or take away the example is asked for by nobody else here.
      if (isFound(route) && (route.method === 'DELETE' || route.path === '/auth/logout')) continue;
      const { status } = await client.send(
        route.method,
        addressOf(route.path),
        route.method === 'GET' ? undefined : {},
      );
      if (isFound(route) === REFUSED.includes(status)) wrong.push(`${route.method} ${route.path}: ${status}`);
    }
    expect(wrong).toEqual([]);
  });
});

/** The form of each route, the one for what was made to be thrown away before others; what ends things last. */
function formsOf(offers: readonly Offer[], known: readonly Route[], mayGo: ReadonlySet<string>): Offer[] {
  const forms = new Map<string, Offer>();
  const filled = offers.filter(({ fields, contentType = 'application/json' }) => fields && /json$/.test(contentType));
  for (const offer of filled) {
    const route = routeOf(offer, known);
    const isFree = !route?.path.includes(':') || offer.href.split('/').some((word) => mayGo.has(word));
    if (route && isFree) forms.set(`${route.method} ${route.path}`, offer);
  }
  const late = ({ method, href }: Offer) => (href === '/auth/logout' ? 2 : method === 'DELETE' ? 1 : 0);
  return [...forms.values()].sort((a, b) => late(a) - late(b));
}

/** What was answered to forms that were filled in and sent, and should not have been. */
async function send(
  client: TestClient,
  forms: readonly Offer[],
  known: Record<string, unknown>,
  isWrong = (status: number) => status >= 300,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const { method, href, fields = [] } of forms) {
    const body = fields.length > 0 ? fillForm(fields, known) : undefined;
    const { status, text } = await client.send(method, href, body);
    if (isWrong(status)) wrong.push(`${method} ${href} ${JSON.stringify(body)}: ${status} ${text}`);
  }
  return wrong;
}

describe.each(ROLES)('the forms that are shown to a %s', (role) => {
  it('are done when they are filled in and sent, what ends something included', async () => {
    await callerOf({ role, plan: 'enterprise', settings: 'untouched' });
    const user = await addUser(platform, acme, role);
    const guest = await addUser(platform, acme, 'member');
    const notes = await made('/notes', { title: 'to be thrown away', body: '' });
    const orders = await made('/orders', { title: 'To be thrown away' });
    const { offers } = await crawl(user.client);
    const forms = formsOf(offers, routes, new Set([guest.id, notes, orders]));
    const sent = forms.map((form) => `${form.method} ${routeOf(form, routes)?.path}`);
    expect(sent.at(-1)).toBe('POST /auth/logout');
    expect(sent).toEqual(expect.arrayContaining(['POST /notes', 'PATCH /notes/:id', 'DELETE /notes/:id']));
    expect(sent.includes('DELETE /users/:id')).toBe(role !== 'member');
    const { apiVersion } = (await platform.operator.get('/admin/tenants/acme')).body;
    expect(await send(user.client, forms, { roles: ['member'], apiVersion })).toEqual([]);
    expect((await user.client.get('/me')).status).toBe(401);
  });
});

describe('to nobody in particular', () => {
  it('every form is done when it is filled in with what its sender knows', async () => {
    const { email, refreshToken } = await addUser(platform, acme, 'member');
    const invited = await acme.owner.post('/users', { email: 'invited@acme.example' });
    const { token } = invited.body['invitation'] as { token: string };
    const forms = formsOf(nobody.offers, routes, new Set());
    expect(forms.map(({ href }) => href).sort()).toEqual(['/auth/login', '/auth/refresh', '/invitations/accept']);
    const known = { email, password: PASSWORD, refreshToken, token };
    expect(await send(platform.anyone.with({ 'x-tenant': 'acme' }), forms, known)).toEqual([]);
  });

  it('every link leads to an answer', () => {
    expect([...nobody.statuses].filter(([, status]) => REFUSED.includes(status))).toEqual([]);
  });

  it('what is not offered is refused', async () => {
    const client = platform.anyone.with({ 'x-tenant': 'acme' });
    const hidden = routes.filter((route) => !isOffered(route, nobody.offers, routes));
    expect(hidden.length).toBeGreaterThan(20);
    const statuses = await Promise.all(
      hidden.map(async (route) => (await client.send(route.method, addressOf(route.path))).status),
    );
    expect(new Set(statuses)).toEqual(new Set([401]));
  });
});

describe('to an operator', () => {
  it('no form is refused when it is filled in and sent, what ends something included', async () => {
    const all = routesOf(platform.platform.app.get(ModulesContainer));
    const throwAway = await platform.createTenant('throw-away');
    await platform.operator.post('/admin/plans', {
      ...{ code: 'throw-away', name: 'x', price: { amount: '1.00', currency: 'EUR' } },
    });
    const { offers } = await crawl(platform.operator);
    const forms = formsOf(offers, all, new Set([throwAway.id, 'throw-away']));
    const sent = forms.map((form) => `${form.method} ${routeOf(form, all)?.path}`);
    expect(sent).toEqual(
      expect.arrayContaining(['POST /admin/plans', 'POST /admin/tenants', 'DELETE /admin/tenants/:id']),
    );
    const known = {
      ...{ owner: { email: 'owner@made.example' }, plan: 'free', code: 'made', apiVersion: NEWEST },
      price: { amount: '1.00', currency: 'EUR' },
    };
    // A slug may be taken and an owner present: that is for the handlers to say.
    const isRefused = (status: number) => REFUSED.includes(status) || status === 400 || status >= 500;
    expect(await send(platform.operator, forms, known, isRefused)).toEqual([]);
  });

  it('what is not offered to a user is refused, whatever their role', async () => {
    const all = routesOf(platform.platform.app.get(ModulesContainer)).filter(
      ({ access }) => access?.kind === 'operator',
    );
    expect(all.length).toBeGreaterThan(8);
    for (const client of [...callers.values(), platform.anyone.with({ 'x-tenant': 'acme' })]) {
      const statuses = all.map(async ({ method, path }) => (await client.send(method, addressOf(path))).status);
      for (const status of await Promise.all(statuses)) expect([401, 403]).toContain(status);
    }
  });

  it('every link leads to an answer', async () => {
    const { statuses } = await crawl(platform.operator);
    expect([...statuses].filter(([, status]) => REFUSED.includes(status))).toEqual([]);
    expect([...statuses.keys()]).toEqual(expect.arrayContaining(['/admin/tenants', `/admin/tenants/${acme.id}`]));
  });
});
