import { NotesModule } from '@tenantry/example-notes';
import { OrdersModule } from '@tenantry/example-orders';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { line, NEWEST, spoken, VERSIONS } from '../support/order-history.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';

let platform: TestPlatform;
let acme: TestTenant;

beforeAll(async () => {
  platform = await startPlatform({
    modules: [NotesModule, OrdersModule],
    environment: { TENANTRY_USAGE_FLUSH: '1' },
    speaks: false,
  });
  acme = await platform.createTenant('acme');
});

afterAll(() => platform.close());

/** What every version answers besides. */
const COMMON = ['id', 'number', 'createdAt', 'updatedAt', '_links', '_templates'];

const speaking = (version: string, tenant = acme) => tenant.owner.with({ 'api-version': version });

let count = 0;
const number = () => `N-${(count += 1)}`;
const place = async (version: string, tenant = acme) => {
  const sent = { number: number(), ...spoken(version).sent };
  const { status, body, text } = await speaking(version, tenant).post('/orders', sent);
  if (status !== 201) throw new Error(text);
  return body as { id: string; number: string };
};

describe.each(VERSIONS)('a caller of %s', (version) => {
  it('places and reads an order in its own shape, and nothing of another', async () => {
    const { id, number: own, ...placed } = await place(version);
    const { body } = await speaking(version).get(`/orders/${id}`);
    const { answered } = spoken(version);
    for (const answer of [placed, body]) {
      expect(answer).toMatchObject(answered);
      const own = Object.keys(answer).filter((name) => !COMMON.includes(name));
      expect(own.sort()).toEqual(Object.keys(answered).sort());
    }
    expect(body['number']).toBe(own);
  });

  it('reads what callers of every other version placed', async () => {
    for (const other of VERSIONS) {
      const { id } = await place(other);
      const { body } = await speaking(version).get(`/orders/${id}`);
      expect(Object.keys(body).sort()).toEqual([...Object.keys(spoken(version).answered), ...COMMON].sort());
    }
  });

  it('is told which version it spoke', async () => {
    expect((await speaking(version).get('/me')).headers.get('api-version')).toBe(version);
  });
});

describe('an old caller', () => {
  it('changes part of what is one object by now', async () => {
    const { id } = await place('2026-01-15');
    const { body } = await speaking('2026-01-15').patch(`/orders/${id}`, { customerName: 'Grace', status: 'done' });
    expect(body).toMatchObject({ customerName: 'Grace', customerEmail: 'ada@example.com', status: 'done' });
    const { body: now } = await speaking(NEWEST).get(`/orders/${id}`);
    expect(now).toMatchObject({ customer: { name: 'Grace', email: 'ada@example.com' }, status: 'fulfilled' });
  });

  it('changes by the tag of what its own version shows, and by no other', async () => {
    const path = `/orders/${(await place(NEWEST)).id}`;
    const old = speaking('2026-01-15');
    const [own, other] = await Promise.all([old, speaking(NEWEST)].map(async (each) => (await each.get(path)).headers));
    const change = (tag: string | null | undefined) =>
      old.with({ 'if-match': tag ?? '' }).patch(path, { customerName: 'Grace' });
    expect((await change(other?.get('etag'))).status).toBe(412);
    const changed = await change(own?.get('etag'));
    expect([changed.status, changed.body['customerName']]).toEqual([200, 'Grace']);
    expect(changed.headers.get('etag')).toBe((await old.get(path)).headers.get('etag'));
  });

  it('is answered again under its key, in the version that it speaks by then', async () => {
    const sent = { number: number(), ...spoken('2026-01-15').sent };
    const keyed = acme.owner.with({ 'idempotency-key': 'of-two-versions' });
    const first = await keyed.with({ 'api-version': '2026-01-15' }).post('/orders', sent);
    const again = await keyed.with({ 'api-version': '2026-01-15' }).post('/orders', sent);
    const later = await keyed.with({ 'api-version': NEWEST }).post('/orders', sent);
    expect([again.body, later.body['id']]).toEqual([first.body, first.body['id']]);
    expect([first.body['customerName'], later.body['customer']]).toMatchObject(['Ada', { name: 'Ada' }]);
    expect([again, later].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual(['true', 'true']);
  });

  it('sees a value that its version does not know as the nearest that it does', async () => {
    const { id } = await place(NEWEST);
    expect((await speaking(NEWEST).post(`/orders/${id}/cancel`)).body['status']).toBe('cancelled');
    expect((await speaking('2026-01-15').get(`/orders/${id}`)).body['status']).toBe('done');
  });

  it('is told of its faults in its own words', async () => {
    const sent = { number: 'x', customerName: '', customerEmail: 'nobody', lines: [{ article: '', ...line }] };
    const { status, body } = await speaking('2026-01-15').post('/orders', sent);
    expect(status).toBe(400);
    const errors = body['errors'] as { pointer: string; detail: string }[];
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual([
      '/customerEmail',
      '/customerName',
      '/lines/0/article',
    ]);
    expect(errors.find(({ pointer }) => pointer === '/lines/0/article')?.detail).toMatch(/^article /);
  });

  it('is offered forms with the fields that its version has', async () => {
    const fieldsOf = async (version: string) => {
      const { body } = await speaking(version).get('/orders');
      const { default: form } = body['_templates'] as Record<string, { properties: { name: string }[] }>;
      return form?.properties.map(({ name }) => name);
    };
    expect(await fieldsOf('2026-01-15')).toEqual(['number', 'currency', 'customerName', 'customerEmail', 'lines']);
    expect(await fieldsOf(NEWEST)).toEqual(['number', 'currency', 'customer', 'lines']);
  });

  it('lists orders in its own shape', async () => {
    const { id } = await place(NEWEST);
    const { body } = await speaking('2026-01-15').get('/orders?limit=100');
    const { item } = body['_embedded'] as { item: Record<string, unknown>[] };
    const { answered } = spoken('2026-01-15');
    expect(item.find((each) => each['id'] === id)).toMatchObject({ ...answered, currency: 'USD' });
  });

  it('may not use what came later', async () => {
    const sent = { ...spoken('2026-01-15').sent, number: 'x', colour: 'red' };
    const { status, body } = await speaking('2026-01-15').post('/orders', sent);
    expect([status, body['code']]).toEqual([400, 'REQUEST_INVALID']);
  });

  it('is told that its version is deprecated, and where to read why', async () => {
    const { headers } = await speaking('2026-01-15').get('/me');
    expect(headers.get('deprecation')).toBe(`@${Date.parse('2026-03-02T00:00:00Z') / 1000}`);
    expect(headers.get('link')).toBe('</api-versions/2026-01-15>; rel="deprecation"; type="application/hal+json"');
    expect(headers.get('sunset')).toBeNull();
    const newest = await speaking(NEWEST).get('/me');
    expect([newest.headers.get('deprecation'), newest.headers.get('link')]).toEqual([null, null]);
  });
});

describe('a version', () => {
  it.each(['2025-01-01', '2027-01-01', 'latest', '2026-02-30', ''])(
    '%j is unknown and refused with the known ones',
    async (asked) => {
      const { status, body, headers } = await acme.owner.with({ 'api-version': asked }).get('/me');
      expect([status, body['code']]).toEqual([400, 'API_VERSION_UNKNOWN']);
      for (const version of VERSIONS) expect(body['detail']).toContain(version);
      expect(headers.get('api-version')).toBe(NEWEST);
    },
  );

  it('between two is the older one', async () => {
    expect((await speaking('2026-06-30').get('/me')).headers.get('api-version')).toBe('2026-05-11');
  });

  it('is told to those who may not and to those who ask for what there is not', async () => {
    const refused = await platform.anyone.with({ 'x-tenant': 'acme', 'api-version': '2026-05-11' }).get('/orders');
    expect([refused.status, refused.headers.get('api-version')]).toEqual([401, '2026-05-11']);
    const missing = await platform.anyone.with({ 'api-version': '2026-05-11' }).get('/nothing');
    expect([missing.status, missing.headers.get('api-version')]).toEqual([404, '2026-05-11']);
    expect((await platform.anyone.get('/health/live')).headers.get('api-version')).toBe(NEWEST);
  });

  it('has notes on what it changed, for everybody', async () => {
    const { body } = await platform.anyone.get('/api-versions');
    const items = (body['_embedded'] as { item: { version: string; status: string; changes: unknown[] }[] }).item;
    expect(items.map(({ version }) => version)).toEqual([...VERSIONS].reverse());
    expect(items.map(({ status }) => status)).toEqual([
      'current',
      ...Array<string>(VERSIONS.length - 1).fill('deprecated'),
    ]);
    const { body: one } = await platform.anyone.get('/api-versions/2026-07-20');
    expect(one).toMatchObject({
      deprecatedAt: '2026-10-05',
      changes: [{ module: 'orders', name: 'CustomerIsAnObject', schemas: ['OrderView', 'NewOrder', 'OrderChange'] }],
    });
    expect((await platform.anyone.get('/api-versions/2026-07-21')).status).toBe(400);
  });
});
