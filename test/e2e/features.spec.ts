import { NotesModule } from '@tenantry/example-notes';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { OrdersModule } from '../support/purchases.module.js';
import { TestClient } from '../support/test-client.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { addUser } from '../support/test-users.js';

let platform: TestPlatform;
let other: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  platform = await startPlatform({ modules: [NotesModule, OrdersModule] });
  other = await platform.another();
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
});

afterAll(async () => {
  await other.close();
  await platform.close();
});

beforeEach(async () => {
  await planHas('team', []);
  await platform.operator.patch(`/admin/tenants/${acme.id}`, { plan: 'team', settings: {} });
});

async function planHas(plan: string, features: string[]): Promise<void> {
  expect(await platform.operator.patch(`/admin/plans/${plan}`, { features })).toMatchObject({
    status: 200,
    body: { features },
  });
}

const exported = (client: TestClient = acme.owner) => client.get('/orders/export');
const isLinked = async (client: TestClient) => (await client.get('/')).text.includes('/orders/export');

describe('a plan', () => {
  it('has no features until an operator lists some', async () => {
    const made = await platform.operator.post('/admin/plans', {
      code: 'bare',
      name: 'Bare',
      price: { amount: '1.00', currency: 'EUR' },
    });
    expect(made).toMatchObject({ status: 201, body: { features: [] } });
    expect(await platform.operator.get('/admin/plans/free')).toMatchObject({ body: { features: [] } });
  });

  it('is made with its features', async () => {
    const price = { amount: '1.00', currency: 'EUR' };
    const plan = { code: 'rich', name: 'Rich', price, features: ['export', 'expedite'] };
    expect(await platform.operator.post('/admin/plans', plan)).toMatchObject({ status: 201, body: plan });
  });

  it.each([[['Export']], [['a', 'a']], ['export'], [[1]], [[null]], [null], [['a b']]])(
    'takes no features such as %j',
    async (features) => {
      expect((await platform.operator.patch('/admin/plans/team', { features })).status).toBe(400);
    },
  );
});

describe('a route of a feature', () => {
  it('is refused and not linked where the plan does not have it', async () => {
    expect(await exported()).toMatchObject({ status: 402, body: { code: 'FEATURE_NOT_IN_PLAN' } });
    expect(await isLinked(acme.owner)).toBe(false);
  });

  it('is open and linked as soon as the plan has it, and only for tenants of that plan', async () => {
    await planHas('team', ['export']);
    expect((await exported()).status).toBe(200);
    expect(await isLinked(acme.owner)).toBe(true);
    expect((await exported(globex.owner)).status).toBe(402);
    expect(await isLinked(globex.owner)).toBe(false);
  });

  it('is refused and not linked where the tenant’s settings switch it off', async () => {
    await planHas('team', ['export', 'expedite']);
    const settings = { features: { export: false, expedite: true } };
    await platform.operator.patch(`/admin/tenants/${acme.id}`, { settings });
    expect(await exported()).toMatchObject({ status: 403, body: { code: 'FEATURE_SWITCHED_OFF' } });
    expect(await isLinked(acme.owner)).toBe(false);
    const order = await acme.owner.post('/orders', { title: 'Abc' });
    expect(order.body['_links']).toHaveProperty('orders:expedite');
  });

  it('that the settings switch on is refused where the plan does not have it', async () => {
    await platform.operator.patch(`/admin/tenants/${acme.id}`, { settings: { features: { export: true } } });
    expect(await exported()).toMatchObject({ status: 402, body: { code: 'FEATURE_NOT_IN_PLAN' } });
    expect(await isLinked(acme.owner)).toBe(false);
  });

  it('that is neither in the plan nor switched on is a matter of the plan', async () => {
    await platform.operator.patch(`/admin/tenants/${acme.id}`, { settings: { features: { export: false } } });
    expect(await exported()).toMatchObject({ status: 402 });
  });

  it('follows the tenant to another plan', async () => {
    await planHas('team', ['export']);
    await platform.operator.patch(`/admin/tenants/${acme.id}`, { plan: 'free' });
    expect((await exported()).status).toBe(402);
    expect(await isLinked(acme.owner)).toBe(false);
  });

  it('tells nobody of a tenant’s plan who is not let in', async () => {
    expect((await exported(platform.anyone.with({ 'x-tenant': 'acme' }))).status).toBe(401);
    const { client } = await addUser(platform, globex, 'member');
    expect((await exported(client.with({ 'x-tenant': 'acme' }))).status).toBe(403);
  });

  it('changes in every process', async () => {
    const there = new TestClient(other.url, acme.owner.headers);
    expect((await exported(there)).status).toBe(402);
    await planHas('team', ['export']);
    await eventually('the other process knows', async () => (await exported(there)).status === 200);
    expect(await isLinked(there)).toBe(true);
    await planHas('team', []);
    await eventually('the other process knows again', async () => (await exported(there)).status === 402);
    expect(await isLinked(there)).toBe(false);
  });
});

describe('the setting "features"', () => {
  it.each([[{ export: 'no' }], [true], [['export']], [{ Export: false }], [null]])('refuses %j', async (features) => {
    const answer = await platform.operator.patch(`/admin/tenants/${acme.id}`, { settings: { features } });
    expect(answer.status).toBe(400);
  });
});
