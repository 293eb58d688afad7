import { ModulesContainer } from '@nestjs/core';
import { NotesModule } from '@tenantry/example-notes';
import { routesOf, type Route } from '@tenantry/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crawl, isOffered, type Crawl } from '../support/crawler.js';
import { OrdersModule } from '../support/purchases.module.js';
import type { TestClient } from '../support/test-client.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
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

describe('to nobody in particular', () => {
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
  it('every link leads to an answer', async () => {
    const { statuses } = await crawl(platform.operator);
    expect([...statuses].filter(([, status]) => REFUSED.includes(status))).toEqual([]);
    expect([...statuses.keys()]).toEqual(expect.arrayContaining(['/admin/tenants', `/admin/tenants/${acme.id}`]));
  });
});
