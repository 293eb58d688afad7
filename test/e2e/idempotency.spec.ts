import { NotesModule } from '@tenantry/example-notes';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Gate, GatedModule } from '../support/gated.module.js';
import { itemsOf } from '../support/test-client.js';
import { PASSWORD, startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { addUser, schemaOf, signIn, type TestUser } from '../support/test-users.js';

let platform: TestPlatform;
let gate: Gate;
let acme: TestTenant;
let globex: TestTenant;
let ada: TestUser;
let count = 0;

beforeAll(async () => {
  platform = await startPlatform({ modules: [NotesModule, GatedModule] });
  gate = platform.platform.app.get(Gate);
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
  ada = await addUser(platform, acme, 'member');
});

afterEach(() => gate.open());

afterAll(() => platform.close());

const newKey = () => `key-${(count += 1)}`;
const keyed = (key: string, client = acme.owner) => client.with({ 'idempotency-key': key });
const titled = async (title: string, client = acme.owner) =>
  itemsOf(await client.get('/notes?limit=100')).filter((note) => note['title'] === title).length;
const names = async () => (await acme.owner.get('/gated')).body['names'] as string[];
const rows = (tenant = acme) =>
  platform.database.admin<{ id: string; answer: string | null; used_at: Date }>(
    `SELECT * FROM ${schemaOf(tenant)}.idempotency_key ORDER BY used_at`,
  );

describe('a request with a key', () => {
  it('that comes again gets the first answer again, and has no second effect', async () => {
    const key = newKey();
    const note = { title: key, body: 'once' };
    const first = await keyed(key).post('/notes', note);
    const second = await keyed(key).post('/notes', note);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect([first, second].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    expect(await titled(key)).toBe(1);
    expect((await acme.owner.get(String(first.body['_links'] && first.headers.get('location')))).body).toEqual(
      first.body,
    );
  });

  it('and another body, or another query, is refused', async () => {
    const key = newKey();
    const note = { title: key, body: 'x' };
    await keyed(key).post('/notes', note);
    for (const again of [
      await keyed(key).post('/notes', { ...note, body: 'y' }),
      await keyed(key).post('/notes', `{"body":"x","title":"${key}"}`),
      await keyed(key).post('/notes?x=1', note),
    ]) {
      expect(again.status).toBe(422);
      expect(again.body['code']).toBe('IDEMPOTENCY_KEY_REUSED');
    }
    expect(await titled(key)).toBe(1);
  });

  it('does not meet the same key of another tenant, another user or another path', async () => {
    const key = newKey();
    const note = { title: key, body: 'x' };
    const answers = [
      await keyed(key).post('/notes', note),
      await keyed(key, globex.owner).post('/notes', note),
      await keyed(key, ada.client).post('/notes', note),
      await keyed(key).post('/gated', { name: key }),
    ];
    expect(answers.map(({ status, headers }) => [status, headers.get('idempotency-replayed')])).toEqual(
      answers.map(() => [201, null]),
    );
    expect([await titled(key), await titled(key, globex.owner)]).toEqual([2, 1]);
    expect(new Set(answers.map(({ body }) => body['id'])).size).toBe(4);
  });

  it('twenty times at once has one effect; the others get its answer or are told to wait', async () => {
    const key = newKey();
    const note = { title: key, body: 'x' };
    const twenty = <T>(ask: () => Promise<T>) => Promise.all(Array.from({ length: 20 }, ask));
    await twenty(() => acme.owner.get('/notes')); // connections are open, so that nothing lines the requests up
    const answers = await twenty(() => keyed(key).post('/notes', note));
    expect(await titled(key)).toBe(1);
    const made = answers.filter(({ status }) => status === 201);
    expect(made.filter(({ headers }) => !headers.has('idempotency-replayed'))).toHaveLength(1);
    expect(new Set(made.map(({ body }) => body['id'])).size).toBe(1);
    for (const { status, body } of answers) if (status !== 201) expect(body['code']).toBe('IDEMPOTENCY_KEY_IN_USE');
    expect((await keyed(key).post('/notes', note)).body['id']).toBe(made[0]?.body['id']);
  });

  it('that is still running is 409 with Retry-After, and other keys do not wait for it', async () => {
    const key = newKey();
    const arrived = gate.close();
    const first = keyed(key).post('/gated', { name: key });
    await arrived;
    const second = await keyed(key).post('/gated', { name: key });
    expect([second.status, second.body['code'], second.headers.get('retry-after')]).toEqual([
      409,
      'IDEMPOTENCY_KEY_IN_USE',
      '1',
    ]);
    const others = Array.from({ length: 5 }, () => newKey());
    for (const other of others)
      expect((await keyed(other).post('/notes', { title: other, body: 'x' })).status).toBe(201);
    gate.open();
    expect((await first).status).toBe(201);
    expect((await keyed(key).post('/gated', { name: key })).body).toEqual((await first).body);
  });

  it.each(['', ' ', 'a b', 'é', 'x'.repeat(256)])('%j is malformed', async (key) => {
    const answer = await keyed(key).post('/notes', { title: 'x', body: 'x' });
    expect([answer.status, answer.body['code']]).toEqual([400, 'IDEMPOTENCY_KEY_MALFORMED']);
  });

  it('may be of any visible characters, 255 of them', async () => {
    for (const key of ['"8e03978e-40d5-43dd-bc93-6894a57f9324"', '!~', 'x'.repeat(255)])
      expect((await keyed(key).post('/notes', { title: 'x', body: 'x' })).status).toBe(201);
  });

  it('gets the status again that its handler chose', async () => {
    const key = newKey();
    const [first, second] = [await keyed(key).post('/gated/accepted'), await keyed(key).post('/gated/accepted')];
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
  });

  it('is a new one in a tenant that has the users and rows of another, as one that was made of its archive has', async () => {
    const key = newKey();
    await keyed(key, ada.client).post('/notes', { title: 'of acme', body: 'x' });
    const [from, to] = [schemaOf(acme), schemaOf(globex)];
    for (const table of ['user_account WHERE id = $1', `idempotency_key WHERE $1::uuid IS NOT NULL`])
      await platform.database.admin(`INSERT INTO ${to}.${table.split(' ', 1)[0]} SELECT * FROM ${from}.${table}`, [
        ada.id,
      ]);
    const there = (await signIn(platform, globex, ada.email)).client;
    const own = await keyed(key, there).post('/notes', { title: 'of globex', body: 'x' });
    expect([own.status, own.headers.get('idempotency-replayed')]).toEqual([201, null]);
    expect(await titled('of globex', globex.owner)).toBe(1);
  });
});

describe('what failed', () => {
  it('keeps nothing and has no effect, and may be tried again, with another body too', async () => {
    const key = newKey();
    expect((await keyed(key).post('/gated/failing', { name: key })).status).toBe(500);
    expect((await keyed(key).post('/gated/failing', { name: `${key} again` })).status).toBe(500);
    expect(await names()).not.toContain(key);
    expect((await rows()).filter(({ answer }) => answer === null).length).toBeGreaterThan(0);
  });

  it('by its validation may be tried again as it should be', async () => {
    const key = newKey();
    expect((await keyed(key).post('/notes', { title: key })).status).toBe(400);
    expect((await keyed(key).post('/notes', { title: key, body: 'x' })).status).toBe(201);
  });

  it('because its connection died between effect and commit is undone, and done by the next', async () => {
    const key = newKey();
    const arrived = gate.close();
    const first = keyed(key).post('/gated', { name: key });
    await platform.database.admin('SELECT pg_terminate_backend($1)', [await arrived]);
    gate.open();
    expect((await first).status).toBe(503);
    expect(await names()).not.toContain(key);
    const second = await keyed(key).post('/gated', { name: key });
    expect([second.status, second.headers.get('idempotency-replayed')]).toEqual([201, null]);
    expect((await names()).filter((name) => name === key)).toHaveLength(1);
  });

  it('because its handler needs another isolation is told to try again, and then done', async () => {
    const key = newKey();
    expect((await keyed(key).post('/gated/serializable', { name: key })).status).toBe(503);
    expect((await keyed(key).post('/gated/serializable', { name: key })).status).toBe(201);
    expect((await names()).filter((name) => name === key)).toHaveLength(1);
  });
});

describe('an answer', () => {
  it('that holds what is shown only once is given again, and kept unreadable', async () => {
    const key = newKey();
    const user = { email: `${key}@acme.example`, roles: ['member'] };
    const [first, second] = [await keyed(key).post('/users', user), await keyed(key).post('/users', user)];
    const { token } = first.body['invitation'] as { token: string };
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(second.body).toEqual(first.body);
    expect(JSON.stringify(await rows())).not.toContain(token);
    expect(JSON.stringify(await rows())).not.toContain(user.email);
  });

  it('to nobody in particular is never kept', async () => {
    const anyone = platform.anyone.with({ 'x-tenant': 'globex', 'idempotency-key': newKey() });
    const credentials = { email: 'owner@globex.example', password: PASSWORD };
    const before = await rows(globex);
    const first = await anyone.post('/auth/login', credentials);
    const second = await anyone.post('/auth/login', credentials);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.body['refreshToken']).not.toBe(first.body['refreshToken']);
    expect(await rows(globex)).toEqual(before);
  });

  it('counts for a day, and those that have expired are removed in passing', async () => {
    const keys = [newKey(), newKey(), newKey()] as const;
    for (const key of keys) await keyed(key, globex.owner).post('/notes', { title: key, body: 'x' });
    const before = await rows(globex);
    const table = `${schemaOf(globex)}.idempotency_key`;
    const usedAgo = (time: string) =>
      platform.database.admin(`UPDATE ${table} SET used_at = now() - $1::interval`, [time]);
    await usedAgo('23 hours 59 minutes 30 seconds');
    const kept = await keyed(keys[0], globex.owner).post('/notes', { title: keys[0], body: 'x' });
    expect([kept.status, kept.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    await keyed(newKey(), globex.owner).post('/notes', { title: 'x', body: 'x' });
    expect(await rows(globex)).toHaveLength(before.length + 1);
    await usedAgo('24 hours 1 second');
    const again = await keyed(keys[0], globex.owner).post('/notes', { title: keys[0], body: 'another' });
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, null]);
    const after = await rows(globex);
    expect(after.length).toBeLessThan(before.length);
    expect((await keyed(keys[0], globex.owner).post('/notes', { title: keys[0], body: 'another' })).body).toEqual(
      again.body,
    );
  });
});
