import { noteEffect, underKey } from '@tenantry/tenancy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportOf, importArchive } from '../support/archives.js';
import { eventually } from '../support/eventually.js';
import { Holder } from '../support/holder.js';
import { succeeded } from '../support/operations.js';
import type { TestResponse } from '../support/test-client.js';
import { PASSWORD, startPlatform, type TestPlatform } from '../support/test-platform.js';

let platform: TestPlatform;
let count = 0;

beforeAll(async () => {
  platform = await startPlatform();
  await platform.createTenant('acme');
  await platform.database.admin(`
    CREATE FUNCTION platform.lose_answer() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the process died'; END $$`);
});

afterAll(() => platform.close());

const newKey = () => `key-${(count += 1)}`;
const keyed = (key: string) => platform.operator.with({ 'idempotency-key': key });
const newTenant = (slug: string) => ({ slug, name: slug, owner: { email: `owner@${slug}.example` } });
const newPlan = (code: string) => ({ code, name: code, price: { amount: '1.00', currency: 'EUR' } });
const tenants = (slug: string) =>
  platform.database.admin<{ id: string }>('SELECT id FROM platform.tenant WHERE slug = $1', [slug]);
const rows = () => platform.database.admin<{ answer: string | null }>('SELECT * FROM platform.operator_request');
const told = ({ status, body, headers }: TestResponse) => [status, body['code'], headers.get('retry-after')];
const invitationOf = ({ body }: TestResponse) => body['ownerInvitation'] as { token: string };

/** As if the process died when the effect was there and its answer was not: no answer can be kept meanwhile. */
async function answerIsLost(ask: () => Promise<TestResponse>): Promise<void> {
  await platform.database.admin(`
    CREATE TRIGGER lost BEFORE UPDATE OF answer ON platform.operator_request
    FOR EACH ROW WHEN (NEW.answer IS NOT NULL) EXECUTE FUNCTION platform.lose_answer()`);
  expect((await ask()).status).toBe(500);
  await platform.database.admin('DROP TRIGGER lost ON platform.operator_request');
}

async function accept(slug: string, token: string): Promise<number> {
  const anyone = platform.anyone.with({ 'x-tenant': slug });
  return (await anyone.post('/invitations/accept', { token, password: PASSWORD })).status;
}

describe('an operator’s request with a key', () => {
  it('that comes again gets the first answer again, what is shown only once included', async () => {
    const key = newKey();
    const first = await keyed(key).post('/admin/tenants', newTenant('once'));
    const second = await keyed(key).post('/admin/tenants', newTenant('once'));
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    expect([first, second].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    expect(JSON.stringify(await rows())).not.toContain(invitationOf(first).token);
    expect(await accept('once', invitationOf(second).token)).toBe(200);
  });

  it('notes what it makes only where no other attempt at it has made something meanwhile', async () => {
    const sql = `INSERT INTO platform.operator_request (id, fingerprint, effect, used_at) VALUES ('attempted', 'x', 'tenant:first', now())`;
    await platform.database.admin(sql);
    const attempt = (earlier: string | null) =>
      underKey({ id: 'attempted', earlier }, () => noteEffect(platform.database.admin, 'tenant', 'second'));
    await expect(attempt(null)).rejects.toMatchObject({ code: 'TENANT_BUSY' });
    await attempt('tenant:first');
    await platform.database.admin(`DELETE FROM platform.operator_request WHERE id = 'attempted'`);
  });

  it('and another body is refused', async () => {
    const key = newKey();
    await keyed(key).post('/admin/plans', newPlan('first'));
    const other = await keyed(key).post('/admin/plans', newPlan('second'));
    expect([other.status, other.body['code']]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    expect((await platform.operator.get('/admin/plans/second')).status).toBe(404);
  });

  it('twelve times at once makes one tenant; the others get its answer or are told to wait', async () => {
    const key = newKey();
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => keyed(key).post('/admin/tenants', newTenant('crowded'))),
    );
    const made = answers.filter(({ status }) => status === 201);
    expect(made.filter(({ headers }) => !headers.has('idempotency-replayed'))).toHaveLength(1);
    expect(new Set(made.map(({ text }) => text)).size).toBe(1);
    for (const answer of answers.filter(({ status }) => status !== 201))
      expect(told(answer)).toEqual([409, 'IDEMPOTENCY_KEY_IN_USE', '1']);
    expect(await tenants('crowded')).toHaveLength(1);
  });

  it('that is still running is 409 with Retry-After in every process, and other keys do not wait for it', async () => {
    const key = newKey();
    const holder = await Holder.of(platform.database, 'LOCK TABLE platform.subscription IN SHARE ROW EXCLUSIVE MODE');
    const first = keyed(key).post('/admin/tenants', newTenant('slow'));
    await eventually('the tenant is begun', async () => (await tenants('slow')).length === 1);
    const other = await platform.another();
    const elsewhere = other.operator.with({ 'idempotency-key': key });
    for (const client of [keyed(key), elsewhere])
      expect(told(await client.post('/admin/tenants', newTenant('slow')))).toEqual([
        409,
        'IDEMPOTENCY_KEY_IN_USE',
        '1',
      ]);
    expect((await keyed(newKey()).post('/admin/plans', newPlan('meanwhile'))).status).toBe(201);
    await holder.release();
    expect((await first).status).toBe(201);
    expect((await elsewhere.post('/admin/tenants', newTenant('slow'))).body).toEqual((await first).body);
    await other.close();
  });

  it('that failed keeps nothing, and may be tried again with another body', async () => {
    const key = newKey();
    expect((await keyed(key).post('/admin/tenants', newTenant('acme'))).body['code']).toBe('TENANT_SLUG_TAKEN');
    expect((await keyed(key).post('/admin/tenants', newTenant('admin'))).status).toBe(422);
    expect((await keyed(key).post('/admin/tenants', newTenant('free-at-last'))).status).toBe(201);
  });

  it('whose tenant could not be made leaves nothing, and may be tried again with another body', async () => {
    const key = newKey();
    await platform.database.admin('ALTER TABLE platform.subscription ADD CONSTRAINT never CHECK (false) NOT VALID');
    expect((await keyed(key).post('/admin/tenants', newTenant('doomed'))).body['code']).toBe(
      'TENANT_PROVISIONING_FAILED',
    );
    await platform.database.admin('ALTER TABLE platform.subscription DROP CONSTRAINT never');
    expect((await keyed(key).post('/admin/tenants', newTenant('saved'))).status).toBe(201);
    expect([await tenants('doomed'), await tenants('saved')].map(({ length }) => length)).toEqual([0, 1]);
  });

  it('counts for a day, and those that have expired are removed in passing', async () => {
    const key = newKey();
    await keyed(key).post('/admin/plans', newPlan('daily'));
    const usedAgo = (time: string) =>
      platform.database.admin('UPDATE platform.operator_request SET used_at = now() - $1::interval', [time]);
    await usedAgo('23 hours 59 minutes 30 seconds');
    const kept = await keyed(key).post('/admin/plans', newPlan('daily'));
    expect([kept.status, kept.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    const before = (await rows()).length;
    await keyed(newKey()).post('/admin/plans', newPlan('hourly'));
    expect(await rows()).toHaveLength(before + 1);
    await usedAgo('24 hours 1 second');
    expect((await keyed(key).post('/admin/plans', newPlan('nightly'))).status).toBe(201);
    expect(before).toBeGreaterThan(3);
    expect(await rows()).toHaveLength(1);
  });
});

describe('an effect whose answer was lost', () => {
  it('is found by the same request: the tenant, with an invitation that holds', async () => {
    const key = newKey();
    await answerIsLost(() => keyed(key).post('/admin/tenants', newTenant('found')));
    const [made] = await tenants('found');
    const other = await keyed(key).post('/admin/tenants', newTenant('another'));
    expect(other.body['code']).toBe('IDEMPOTENCY_KEY_REUSED');
    const answer = await keyed(key).post('/admin/tenants', newTenant('found'));
    expect(answer.body).toMatchObject({ id: made?.id, slug: 'found', status: 'active' });
    const again = await keyed(key).post('/admin/tenants', newTenant('found'));
    expect([again.body, again.headers.get('idempotency-replayed')]).toEqual([answer.body, 'true']);
    expect(await accept('found', invitationOf(answer).token)).toBe(200);
  });

  it('is found by the same request: the plan', async () => {
    const key = newKey();
    await answerIsLost(() => keyed(key).post('/admin/plans', newPlan('lost')));
    const answer = await keyed(key).post('/admin/plans', newPlan('lost'));
    expect([answer.status, answer.body['code']]).toEqual([201, 'lost']);
  });

  it('that is gone meanwhile is made anew', async () => {
    const key = newKey();
    await answerIsLost(() => keyed(key).post('/admin/tenants', newTenant('purged')));
    await platform.operator.delete('/admin/tenants/purged?purge=true&confirm=purged');
    expect((await keyed(key).post('/admin/tenants', newTenant('purged'))).status).toBe(201);
    expect(await tenants('purged')).toHaveLength(1);
  });

  it('and that is no row of its own is had again: a suspension', async () => {
    const key = newKey();
    await answerIsLost(() => keyed(key).post('/admin/tenants/acme/suspend'));
    expect((await keyed(key).post('/admin/tenants/acme/suspend')).body).toMatchObject({ status: 'suspended' });
    expect((await keyed(newKey()).post('/admin/tenants/acme/resume')).body).toMatchObject({ status: 'active' });
    // The first answer, although the tenant has been resumed since.
    expect((await keyed(key).post('/admin/tenants/acme/suspend')).body).toMatchObject({ status: 'suspended' });
    expect((await platform.operator.get('/admin/tenants/acme')).body).toMatchObject({ status: 'active' });
  });

  it.each([
    ['suspend', undefined, 'resume', 'active'],
    ['maintenance', { retryAfter: 60 }, 'resume', 'active'],
    ['resume', undefined, 'suspend', 'suspended'],
  ])('does not undo what somebody did meanwhile: %s', async (action, body, meanwhile, status) => {
    const key = newKey();
    await answerIsLost(() => keyed(key).post(`/admin/tenants/acme/${action}`, body));
    await platform.operator.post(`/admin/tenants/acme/${meanwhile}`);
    const again = await keyed(key).post(`/admin/tenants/acme/${action}`, body);
    expect([again.status, again.body['status']]).toEqual([200, status]);
    expect((await platform.operator.get('/admin/tenants/acme')).body).toMatchObject({ status });
    await platform.operator.post('/admin/tenants/acme/resume');
  });
});

describe('an operation whose answer was lost', () => {
  const begun = (kind: string) =>
    platform.database.admin<{ id: string }>('SELECT id FROM platform.tenant_operation WHERE kind = $1', [kind]);

  /** Loses the answer, asks again, and finds the one operation that was begun; asked under another key it is another. */
  async function isFoundAgain(kind: string, ask: (key: string) => Promise<TestResponse>): Promise<void> {
    const key = newKey();
    await answerIsLost(() => ask(key));
    const [operation, ...others] = await begun(kind);
    expect(others).toEqual([]);
    const again = await ask(key);
    expect([again.status, again.body['id'], again.headers.get('location')]).toEqual([
      202,
      operation?.id,
      `/admin/operations/${operation?.id}`,
    ]);
    await succeeded(platform.operator, again);
    const third = await ask(key);
    expect([third.body['id'], third.headers.get('idempotency-replayed')]).toEqual([operation?.id, 'true']);
    expect(await begun(kind)).toHaveLength(1);
  }

  it('is found by the same request: an export', () =>
    isFoundAgain('export', (key) => keyed(key).post('/admin/tenants/acme/export', {})));

  it('is found by the same request: a clone', async () => {
    const body = { slug: 'acme-again', name: 'Acme again', data: true };
    await isFoundAgain('clone', (key) => keyed(key).post('/admin/tenants/acme/clone', body));
    expect(await tenants('acme-again')).toHaveLength(1);
  });

  it('is found by the same request: an import, and one that replaces', async () => {
    const archive = await exportOf(platform, { id: 'acme' });
    await isFoundAgain('import', (key) => importArchive(keyed(key), archive, { slug: 'arrived' }));
    expect(await tenants('arrived')).toHaveLength(1);
    const replace = { tenant: 'arrived', replace: 'true', confirm: 'arrived' };
    await isFoundAgain('replace', (key) => importArchive(keyed(key), archive, replace));
  });

  it('is found by the same request: a migration of the fleet', () =>
    isFoundAgain('migrate', (key) => keyed(key).post('/admin/migrations', {})));
});
