import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { Gate, GatedModule } from '../support/gated.module.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';

let platform: TestPlatform;
let second: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  platform = await startPlatform({ modules: [GatedModule] });
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
  second = await platform.another();
});

afterAll(async () => {
  await second.close();
  await platform.close();
});

const maintain = (body: object = {}) => platform.operator.post(`/admin/tenants/${acme.id}/maintenance`, body);
const resume = () => platform.operator.post(`/admin/tenants/${acme.id}/resume`);

describe('a tenant under maintenance', () => {
  it('answers 503 with what the operator said, in every process, until it is resumed', async () => {
    const begun = await maintain({ retryAfter: 90, message: 'We are moving.' });
    expect(begun).toMatchObject({ status: 200, body: { status: 'maintenance' } });
    const there = second.anyone.with({ ...acme.owner.headers });
    await eventually('the other process has heard', async () => (await there.get('/me')).status === 503);
    for (const client of [acme.owner, there, platform.anyone.with({ 'x-tenant': 'acme' })]) {
      const refused = await client.get('/me');
      expect(refused).toMatchObject({ status: 503, body: { code: 'TENANT_UNAVAILABLE', detail: 'We are moving.' } });
      expect(refused.headers.get('retry-after')).toBe('90');
    }
    expect((await globex.owner.get('/me')).status).toBe(200);
    expect((await resume()).body).toMatchObject({ status: 'active' });
    expect((await acme.owner.get('/me')).status).toBe(200);
    await eventually('it is back in the other process', async () => (await there.get('/me')).status === 200);
  });

  it('says something of its own where the operator said nothing', async () => {
    await maintain();
    const refused = await acme.owner.get('/me');
    expect(refused.headers.get('retry-after')).toBe('300');
    expect(refused.body['detail']).toMatch(/not available at the moment/);
    await resume();
  });

  it('lets requests under way finish, with what they write', async () => {
    const gate = platform.platform.app.get(Gate, { strict: false });
    const arrived = gate.close();
    const underWay = acme.owner.patch('/gated', { name: 'finished' }); // writes after the gate
    await arrived;
    await maintain();
    expect((await acme.owner.get('/gated')).status).toBe(503);
    gate.open();
    expect((await underWay).status).toBe(200);
    await resume();
    expect((await acme.owner.get('/gated')).body).toMatchObject({ names: ['finished'] });
  });

  it('can be looked at and changed by operators', async () => {
    await maintain();
    expect((await platform.operator.get(`/admin/tenants/${acme.id}`)).body).toMatchObject({ status: 'maintenance' });
    expect((await platform.operator.patch(`/admin/tenants/${acme.id}`, { name: 'Acme' })).status).toBe(200);
    expect((await maintain({ retryAfter: 1 })).status).toBe(200);
    expect((await acme.owner.get('/me')).headers.get('retry-after')).toBe('1');
    await resume();
  });
});

it('a suspended tenant is not opened to those under way by maintenance', async () => {
  await platform.operator.post(`/admin/tenants/${acme.id}/suspend`);
  expect(await maintain()).toMatchObject({ status: 409, body: { code: 'TENANT_TRANSITION_INVALID' } });
  expect((await acme.owner.get('/me')).status).toBe(403);
  await resume();
});

it.each([{ retryAfter: 0 }, { retryAfter: 1e9 }, { message: '' }, { status: 'active' }])(
  'maintenance with %j is refused',
  async (body) => {
    expect((await maintain(body)).status).toBe(400);
    expect((await acme.owner.get('/me')).status).toBe(200);
  },
);
