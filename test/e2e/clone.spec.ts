import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NotesModule } from '@tenantry/example-notes';
import { ARCHIVED_ROWS, ArchivedModule } from '../support/archived.module.js';
import { driftOf } from '../support/drift.js';
import { ODDITIES_ROWS, OdditiesModule } from '../support/oddities.module.js';
import { Holder } from '../support/holder.js';
import { ended, succeeded } from '../support/operations.js';
import { contentOf } from '../support/tenant-content.js';
import { itemsOf } from '../support/test-client.js';
import { PASSWORD, startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { schemaOf } from '../support/test-users.js';

const EPHEMERAL = ['user_session', 'idempotency_key', 'invitation'];
const OWNER = { email: 'new@owner.example', password: PASSWORD };

let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  platform = await startPlatform({ modules: [NotesModule, ArchivedModule, OdditiesModule] });
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
  await platform.database.admin(
    `SET search_path = ${schemaOf(acme)}; ${ARCHIVED_ROWS}; ${ODDITIES_ROWS}; RESET search_path`,
  );
  await acme.owner.post('/notes', { title: 'of acme', body: '' });
  await acme.owner.post('/users', { email: 'invited@acme.example', roles: ['member'] });
  await platform.operator.patch(`/admin/tenants/${acme.id}`, { plan: 'team', settings: { colour: 'red' } });
});

afterAll(() => platform.close());

const clone = (body: object, { id }: TestTenant = acme) =>
  platform.operator.post(`/admin/tenants/${id}/clone`, { name: 'A clone', ...body });
const idOf = (operation: Record<string, unknown>) => (operation['result'] as { tenantId: string }).tenantId;
const signIn = (slug: string, credentials: object) =>
  platform.anyone.with({ 'x-tenant': slug }).signIn('/auth/login', credentials);

describe('a clone with data', () => {
  it('has every row and sequence of the other, and goes its own way from then on', async () => {
    const content = await contentOf(platform, schemaOf(acme), EPHEMERAL);
    const operation = await succeeded(platform.operator, await clone({ slug: 'twin', data: true }));
    expect(operation).toMatchObject({ kind: 'clone', tenantId: acme.id, result: { slug: 'twin' } });
    const steps = operation['steps'] as { name: string; status: string }[];
    expect(new Set(steps.map((step) => step.status))).toEqual(new Set(['done']));
    const twin = { ...acme, id: idOf(operation) };
    expect(await contentOf(platform, schemaOf(twin), EPHEMERAL)).toEqual(content);
    expect(await driftOf(platform, 'twin')).toEqual([]);
    expect((await platform.operator.get('/admin/tenants/twin')).body).toMatchObject({
      ...{ status: 'active', schema: 'current', plan: 'team', settings: { colour: 'red' }, name: 'A clone' },
    });
    const owner = await signIn('twin', { email: 'owner@acme.example', password: PASSWORD });
    await owner.post('/notes', { title: 'of the twin', body: '' });
    expect(itemsOf(await acme.owner.get('/notes')).map(({ title }) => title)).toEqual(['of acme']);
    expect(itemsOf(await owner.get('/notes')).map(({ title }) => title)).toEqual(['of acme', 'of the twin']);
  });

  it('has no session, invitation or key of the other, and takes none of its tokens', async () => {
    const operation = await succeeded(platform.operator, await clone({ slug: 'clean', data: true }));
    const content = await contentOf(platform, schemaOf({ ...acme, id: idOf(operation) }));
    expect(EPHEMERAL.map((table) => content[table])).toEqual([[], [], []]);
    expect((await acme.owner.with({ 'x-tenant': 'clean' }).get('/me')).status).toBe(403);
  });

  it('may be given an owner of its own besides', async () => {
    await succeeded(platform.operator, await clone({ slug: 'handed-over', data: true, owner: OWNER }));
    const owner = await signIn('handed-over', OWNER);
    expect(itemsOf(await owner.get('/users'))).toHaveLength(3);
  });

  it('is of one moment while the other goes on writing', async () => {
    const begun = await clone({ slug: 'moment', data: true }, globex);
    const titles = Array.from({ length: 20 }, (_, index) => `note ${index}`);
    for (const title of titles) expect((await globex.owner.post('/notes', { title, body: '' })).status).toBe(201);
    await succeeded(platform.operator, begun);
    const owner = await signIn('moment', { email: 'owner@globex.example', password: PASSWORD });
    const copied = itemsOf(await owner.get('/notes')).map(({ title }) => title);
    expect(copied).toEqual(titles.slice(0, copied.length));
  });
});

describe('a clone without data', () => {
  it('begins as a new tenant does, with the plan and settings of the other', async () => {
    const operation = await succeeded(platform.operator, await clone({ slug: 'empty', owner: OWNER }));
    const owner = await signIn('empty', OWNER);
    expect(itemsOf(await owner.get('/notes'))).toEqual([]);
    expect(itemsOf(await owner.get('/users'))).toHaveLength(1);
    expect((await platform.operator.get(`/admin/tenants/${idOf(operation)}`)).body).toMatchObject({
      plan: 'team',
      settings: { colour: 'red' },
    });
  });

  it('needs an owner', async () => {
    expect(await clone({ slug: 'ownerless' })).toMatchObject({ status: 422, body: { code: 'CLONE_OWNER_REQUIRED' } });
  });
});

describe('of two clones at once', () => {
  it('one works and the other is told which operation is under way', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => clone({ slug: 'once', data: true })));
    const begun = answers.filter(({ status }) => status === 202);
    expect(begun).toHaveLength(1);
    for (const { status, body } of answers.filter((answer) => !begun.includes(answer))) {
      expect([status, body['code']]).toEqual([409, 'TENANT_BUSY']);
      expect(body['detail']).toContain(String(begun[0]?.body['id']));
    }
    for (const each of begun) await ended(platform.operator, each);
  });

  it('one waits for the other to be begun, and finds it', async () => {
    const row = `SELECT FROM platform.tenant WHERE id = '${globex.id}' FOR NO KEY UPDATE`;
    const other = await Holder.of(platform.database, row);
    const asked = clone({ slug: 'too-late', owner: OWNER }, globex);
    await other.reached('it waits');
    const [running] = await other.query<{ id: string }>(
      `INSERT INTO platform.tenant_operation (id, tenant_id, kind, status, input)
       VALUES (gen_random_uuid(), $1, 'export', 'running', '{}') RETURNING id`,
      [globex.id],
    );
    await other.release('COMMIT');
    const { status, body } = await asked;
    await platform.database.admin('DELETE FROM platform.tenant_operation WHERE id = $1', [running?.id]);
    expect([status, body['code']]).toEqual([409, 'TENANT_BUSY']);
    expect(body['detail']).toContain(running?.id);
  });
});

describe('a clone that cannot be made', () => {
  it('leaves nothing, frees its slug and says nothing of SQL', async () => {
    await platform.database.admin(`ALTER TABLE ${schemaOf(acme)}.note ADD COLUMN planted integer`);
    const operation = await ended(platform.operator, await clone({ slug: 'doomed', data: true }));
    await platform.database.admin(`ALTER TABLE ${schemaOf(acme)}.note DROP COLUMN planted`);
    expect(operation).toMatchObject({ status: 'failed', error: expect.stringContaining('TENANT_CHANGED') as string });
    expect((await platform.operator.get('/admin/tenants/doomed')).status).toBe(404);
    const left = await platform.database.admin('SELECT FROM pg_roles WHERE rolname = $1', [
      schemaOf({ ...acme, id: idOf(operation) }),
    ]);
    expect(left).toEqual([]);
    await succeeded(platform.operator, await clone({ slug: 'doomed', data: true }));
  });

  it.each([
    ['TENANT_SLUG_TAKEN', 409, { slug: 'globex', data: true }],
    ['TENANT_SLUG_INVALID', 422, { slug: 'No', data: true }],
    ['TENANT_SLUG_RESERVED', 422, { slug: 'admin', data: true }],
  ])('is refused with %s', async (code, status, body) => {
    expect(await clone(body)).toMatchObject({ status, body: { code } });
  });
});

describe('an operation', () => {
  it('that runs is cancelled, which undoes what it did', async () => {
    const holder = await Holder.of(platform.database, `LOCK TABLE ${schemaOf(acme)}.note IN ACCESS EXCLUSIVE MODE`);
    const begun = await clone({ slug: 'cancelled', data: true });
    await holder.reached('the copying waits for the table');
    const cancelled = await platform.operator.post(`${begun.headers.get('location') ?? ''}/cancel`);
    expect(cancelled).toMatchObject({ status: 200, body: { status: 'running' } });
    await holder.release();
    const operation = await ended(platform.operator, begun);
    expect(operation).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('OPERATION_CANCELLED') as string,
    });
    expect((await platform.operator.get('/admin/tenants/cancelled')).status).toBe(404);
    const schema = schemaOf({ ...acme, id: idOf(operation) });
    expect(await platform.database.admin('SELECT FROM pg_namespace WHERE nspname = $1', [schema])).toEqual([]);
  });

  it('is listed by tenant, kind and status, in pages', async () => {
    const all = itemsOf(await platform.operator.get('/admin/operations?tenant=acme&kind=clone&limit=100'));
    expect(all.length).toBeGreaterThan(5);
    const page = await platform.operator.get('/admin/operations?tenant=acme&kind=clone&limit=2');
    expect(itemsOf(page)).toEqual(all.slice(0, 2));
    const { next } = page.body['_links'] as { next: { href: string } };
    expect(itemsOf(await platform.operator.get(next.href))).toEqual(all.slice(2, 4));
    const failed = itemsOf(await platform.operator.get('/admin/operations?status=failed&limit=100'));
    expect(new Set(failed.map(({ status }) => status))).toEqual(new Set(['failed']));
    expect(itemsOf(await platform.operator.get('/admin/operations?tenant=nobody'))).toEqual([]);
    expect((await platform.operator.get('/admin/operations?status=odd')).status).toBe(400);
    for (const { _links: links, id } of all)
      expect(links).toMatchObject({ self: { href: `/admin/operations/${String(id)}` } });
  });

  it('that has ended, or is of a kind without a way back, cannot be cancelled', async () => {
    const [made] = itemsOf(await platform.operator.get('/admin/operations?tenant=acme&kind=create'));
    const refused = { status: 409, body: { code: 'OPERATION_NOT_CANCELLABLE' } };
    expect(await platform.operator.post(`/admin/operations/${String(made?.['id'])}/cancel`)).toMatchObject(refused);
  });
});
