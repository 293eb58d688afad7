import { newId } from '@tenantry/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemsOf } from '../support/test-client.js';
import { PASSWORD, startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { signIn } from '../support/test-users.js';

let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  platform = await startPlatform();
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
});

afterAll(() => platform.close());

const post = (body: object) => platform.operator.post('/admin/tenants', body);
const newTenant = (slug: string, more: object = {}) => ({
  slug,
  name: `Tenant ${slug}`,
  owner: { email: `owner@${slug}.example`, password: PASSWORD },
  ...more,
});
const schemas = async () =>
  (await platform.database.admin(`SELECT nspname FROM pg_namespace WHERE nspname ~ '^t_'`)).length;

describe('a tenant that is made', () => {
  it('is described in full, has a location, and is usable at once', async () => {
    const made = await post(newTenant('initech', { plan: 'team', settings: { theme: 'dark', seats: 5, beta: true } }));
    expect(made.status).toBe(201);
    const { id, createdAt, updatedAt, _links: links, _templates: templates, ...rest } = made.body;
    expect(made.headers.get('location')).toBe(`/admin/tenants/${String(id)}`);
    expect(rest).toEqual({
      slug: 'initech',
      name: 'Tenant initech',
      status: 'active',
      schema: 'current',
      plan: 'team',
      apiVersion: '2026-11-22',
      settings: { theme: 'dark', seats: 5, beta: true },
    });
    const self = `/admin/tenants/${String(id)}`;
    const actions = ['clone', 'export', 'maintenance', 'owner-invitation', 'suspend'].map(
      (name) => `onboarding:${name}`,
    );
    expect(Object.keys(links as object)).toEqual(['self', 'curies', 'collection', ...actions]);
    expect(links).toMatchObject({ self: { href: self }, 'onboarding:suspend': { href: `${self}/suspend` } });
    expect(Object.keys(templates as object)).toEqual(['delete', 'edit', ...actions]);
    for (const time of [createdAt, updatedAt]) expect(String(time)).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(JSON.stringify({ ...made.body, _templates: {} })).not.toMatch(/password|migration/i);
    const owner = await signIn(
      platform,
      { id: String(id), slug: 'initech', owner: platform.anyone },
      'owner@initech.example',
    );
    expect((await owner.client.post('/notes', { title: 'first', body: '' })).status).toBe(201);
    expect((await owner.client.get('/me')).body).toMatchObject({ roles: ['owner'], tenant: { id, slug: 'initech' } });
  });

  it('without an owner’s password comes with an invitation, which works once', async () => {
    const made = await post({ slug: 'invited', name: 'Invited', owner: { email: 'Ada@Invited.example', name: 'Ada' } });
    const invitation = made.body['ownerInvitation'] as { token: string; url: string; expiresAt: string };
    expect(new URL(invitation.url).hostname).toBe('invited.localhost');
    expect(Date.parse(invitation.expiresAt)).toBeGreaterThan(Date.now());
    const anyone = platform.anyone.with({ 'x-tenant': 'invited' });
    const accept = { token: invitation.token, password: PASSWORD };
    expect(await anyone.post('/invitations/accept', accept)).toMatchObject({
      status: 200,
      body: { email: 'ada@invited.example', name: 'Ada', roles: ['owner'] },
    });
    expect((await anyone.post('/invitations/accept', accept)).status).toBe(404);
    expect((await anyone.post('/auth/login', { email: 'ada@invited.example', password: PASSWORD })).status).toBe(200);
    expect((await platform.operator.get('/admin/tenants/invited')).body).not.toHaveProperty('ownerInvitation');
  });

  it('is invited anew as long as the owner has chosen no password; the invitation before is void', async () => {
    const made = await post({ slug: 'again', name: 'Again', owner: { email: 'owner@again.example' } });
    const renew = () => platform.operator.post(`/admin/tenants/${String(made.body['id'])}/owner-invitation`);
    const renewed = await renew();
    const accept = (token: unknown) =>
      platform.anyone.with({ 'x-tenant': 'again' }).post('/invitations/accept', { token, password: PASSWORD });
    expect((await accept((made.body['ownerInvitation'] as { token: string }).token)).status).toBe(404);
    expect((await accept(renewed.body['token'])).status).toBe(200);
    expect(await renew()).toMatchObject({ status: 409, body: { code: 'TENANT_OWNER_PRESENT' } });
  });

  it.each([2, 20])('by %i requests at once is made once', async (times) => {
    const slug = `race-${times}`;
    const before = await schemas();
    const answers = await Promise.all(Array.from({ length: times }, () => post(newTenant(slug))));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array<number>(times - 1).fill(409)]);
    expect(new Set(answers.filter(({ status }) => status === 409).map(({ body }) => body['code']))).toEqual(
      new Set(['TENANT_SLUG_TAKEN']),
    );
    expect((await schemas()) - before).toBe(1);
  });

  it.each([
    [{ plan: 'nope' }, 422, 'PLAN_UNKNOWN'],
    [{ name: '' }, 400, 'REQUEST_INVALID'],
    [{ owner: undefined }, 400, 'REQUEST_INVALID'],
    [{ owner: { email: 'nobody' } }, 400, 'REQUEST_INVALID'],
    [{ owner: { email: 'a@b.example', password: 'short' } }, 400, 'REQUEST_INVALID'],
    [{ settings: { nested: { a: 1 } } }, 400, 'REQUEST_INVALID'],
    [{ settings: ['a'] }, 400, 'REQUEST_INVALID'],
    [{ status: 'suspended' }, 400, 'REQUEST_INVALID'],
    [{ id: newId() }, 400, 'REQUEST_INVALID'],
  ])('is none with %j', async (more, status, code) => {
    const before = await schemas();
    expect(await post(newTenant('wrong', more))).toMatchObject({ status, body: { code } });
    expect(await schemas()).toBe(before);
    expect((await platform.operator.get('/admin/tenants/wrong')).status).toBe(404);
  });
});

describe('the list of tenants', () => {
  const slugs = async (query: string) =>
    itemsOf(await platform.operator.get(`/admin/tenants?limit=100&${query}`)).map(({ slug }) => slug);

  beforeAll(async () => {
    await post(newTenant('percent', { name: '100% of_it', plan: 'enterprise' }));
    await post(newTenant('quoted', { name: `O'Brien "and" sons \\ daughters`, plan: 'enterprise' }));
  });

  it.each([
    ['q=acm', ['acme']],
    ['q=ACME', ['acme']],
    ['q=%25', ['percent']],
    ['q=f_i', ['percent']],
    ["q=o'b", ['quoted']],
    ['q=%22and%22', ['quoted']],
    ['q=%5C', ['quoted']],
    ["q='%20OR%20'1'='1", []],
    ['q=%25%25', []],
    ['plan=enterprise', ['percent', 'quoted']],
    ['plan=enterprise&q=percent', ['percent']],
    ['plan=nope', []],
    ['status=suspended', []],
  ])('with %s has %j', async (query, found) => {
    expect(await slugs(query)).toEqual(found);
  });

  it('has all of them without a filter, and those that are active', async () => {
    expect(await slugs('')).toEqual(expect.arrayContaining(['acme', 'globex', 'percent', 'quoted']));
    expect(await slugs('status=active')).toEqual(await slugs(''));
  });

  it('comes in pages that keep the filter', async () => {
    const first = await platform.operator.get('/admin/tenants?limit=1&plan=enterprise');
    const { next } = first.body['_links'] as { next: { href: string } };
    const second = await platform.operator.get(next.href);
    expect([...itemsOf(first), ...itemsOf(second)].map(({ slug }) => slug)).toEqual(['percent', 'quoted']);
    expect(second.body['_links']).not.toHaveProperty('next');
  });

  it.each(['status=nope', 'limit=0', 'limit=101', 'cursor=x', 'q=a&q=b', 'slug=acme'])(
    'is malformed with %s',
    async (query) => {
      expect((await platform.operator.get(`/admin/tenants?${query}`)).status).toBe(400);
    },
  );

  it('has each by id and by slug', async () => {
    expect((await platform.operator.get(`/admin/tenants/${acme.id}`)).body).toEqual(
      (await platform.operator.get('/admin/tenants/acme')).body,
    );
    for (const reference of ['nobody', newId(), 'ACME', "acme'--"]) {
      expect(await platform.operator.get(`/admin/tenants/${reference}`)).toMatchObject({
        status: 404,
        body: { code: 'TENANT_UNKNOWN' },
      });
    }
  });
});

describe('operators’ routes', () => {
  it('are closed to nobody and to tenants’ owners', async () => {
    const requests = [
      ['GET', '/admin/tenants'],
      ['POST', '/admin/tenants'],
      ['GET', '/admin/plans'],
      ['POST', '/admin/plans'],
      ['DELETE', `/admin/tenants/${globex.id}`],
      ['POST', `/admin/tenants/${globex.id}/suspend`],
    ] as const;
    for (const [method, path] of requests) {
      expect((await platform.anyone.send(method, path)).status).toBe(401);
      expect((await acme.owner.send(method, path)).status).toBe(401);
    }
    expect((await globex.owner.get('/notes')).status).toBe(200);
  });
});

describe('plans', () => {
  const plan = (code: string) => ({ code, name: 'Business', price: { amount: '12.50', currency: 'EUR' } });

  it('are made, read, changed and listed', async () => {
    const made = await platform.operator.post('/admin/plans', plan('business'));
    expect(made).toMatchObject({ status: 201, body: { ...plan('business'), active: true } });
    expect(made.headers.get('location')).toBe('/admin/plans/business');
    const changed = await platform.operator.patch('/admin/plans/business', {
      price: { amount: '0.05', currency: 'USD' },
      active: false,
    });
    expect(changed).toMatchObject({
      status: 200,
      body: { name: 'Business', price: { amount: '0.05', currency: 'USD' }, active: false },
    });
    expect((await platform.operator.get('/admin/plans/business')).body).toEqual(changed.body);
    const codes = itemsOf(await platform.operator.get('/admin/plans')).map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(['free', 'team', 'enterprise', 'business']));
    expect(await post(newTenant('late', { plan: 'business' }))).toMatchObject({
      status: 422,
      body: { code: 'PLAN_UNKNOWN' },
    });
    expect(await platform.operator.post('/admin/plans', plan('business'))).toMatchObject({
      status: 409,
      body: { code: 'PLAN_CODE_TAKEN' },
    });
  });

  it.each([
    { amount: '12.5' },
    { amount: 12.5 },
    { amount: '-1.00' },
    { amount: '1e3' },
    { amount: '12345678.00' },
    { currency: 'XXX' },
    { currency: 'eur' },
  ])('have no price with %j', async (more) => {
    const body = { ...plan('odd'), price: { amount: '1.00', currency: 'EUR', ...more } };
    expect(await platform.operator.post('/admin/plans', body)).toMatchObject({
      status: 400,
      body: { code: 'REQUEST_INVALID' },
    });
  });

  it('that there are not are not changed', async () => {
    expect((await platform.operator.patch('/admin/plans/nope', { name: 'X' })).status).toBe(404);
  });
});
