import { newId } from '@tenantry/kernel';
import { ModulesContainer } from '@nestjs/core';
import { TenantLifecycle } from '@tenantry/tenancy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { itemsOf, type TestClient } from '../support/test-client.js';
import { PASSWORD, startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { schemaOf } from '../support/test-users.js';

let platform: TestPlatform;
let second: TestPlatform;
let acme: TestTenant;
/** Nothing that happens to another may be seen here. */
let globex: TestTenant;

beforeAll(async () => {
  platform = await startPlatform();
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
  await globex.owner.post('/notes', { title: 'of globex', body: '' });
  second = await platform.another();
});

afterAll(async () => {
  expect(itemsOf(await globex.owner.get('/notes')).map(({ title }) => title)).toEqual(['of globex']);
  await second.close();
  await platform.close();
});

const there = (client: TestClient) => second.anyone.with({ ...client.headers });
const path = ({ id }: TestTenant, action = '') => `/admin/tenants/${id}${action}`;
const traces = async (tenant: TestTenant) => {
  const [row] = await platform.database.admin<{ schemas: string; roles: string; rows: string; operations: string }>(
    `SELECT (SELECT count(*) FROM pg_namespace WHERE nspname = $1) AS schemas, (SELECT count(*) FROM pg_roles WHERE rolname = $1) AS roles,
            (SELECT count(*) FROM platform.tenant WHERE id = $2) AS rows,
            (SELECT count(*) FROM platform.tenant_operation WHERE tenant_id = $2 AND status = 'running') AS operations`,
    [schemaOf(tenant), tenant.id],
  );
  return Object.values(row ?? {}).map(Number);
};

let count = 0;
/** A tenant with one note. */
async function tenantWithNote(): Promise<TestTenant> {
  const tenant = await platform.createTenant(`tenant-${(count += 1)}`);
  await tenant.owner.post('/notes', { title: 'kept', body: '' });
  return tenant;
}

const notesOf = async (client: TestClient) => itemsOf(await client.get('/notes')).map(({ title }) => title);

describe('a change', () => {
  it('of name, plan and settings shows at once, and one at a time', async () => {
    expect((await platform.operator.patch(path(acme), { name: 'New name' })).body).toMatchObject({
      name: 'New name',
      slug: 'acme',
      plan: 'free',
    });
    expect((await platform.operator.patch(path(acme), { plan: 'team' })).body).toMatchObject({
      name: 'New name',
      plan: 'team',
    });
    expect((await platform.operator.patch(path(acme), { settings: { a: 1 } })).body).toMatchObject({
      plan: 'team',
      settings: { a: 1 },
    });
    expect((await platform.operator.patch(path(acme), { settings: {} })).body).toMatchObject({ settings: {} });
    expect((await acme.owner.get('/me')).body['tenant']).toMatchObject({ name: 'New name' });
    const subscriptions = await platform.database.admin(
      'SELECT plan_code, ended_at IS NULL AS current FROM platform.subscription WHERE tenant_id = $1 ORDER BY started_at',
      [acme.id],
    );
    expect(subscriptions).toEqual([
      { plan_code: 'free', current: false },
      { plan_code: 'team', current: true },
    ]);
  });

  it('of the slug moves the name and nothing else', async () => {
    const tenant = await tenantWithNote();
    expect((await platform.operator.patch(path(tenant), { slug: 'renamed' })).body['slug']).toBe('renamed');
    const renamed = tenant.owner.with({ 'x-tenant': 'renamed' });
    expect((await platform.anyone.with({ 'x-tenant': tenant.slug }).get('/notes')).status).toBe(404);
    expect(await notesOf(renamed)).toEqual(['kept']);
    expect(await traces(tenant)).toEqual([1, 1, 1, 0]);
    await eventually(
      'the other process knows the new name',
      async () => (await there(renamed).get('/notes')).status === 200,
    );
    await eventually('and not the old', async () => (await there(tenant.owner).get('/notes')).status !== 200);
  });

  it('to what is taken or unknown changes nothing', async () => {
    const before = (await platform.operator.get(path(acme))).body;
    expect(await platform.operator.patch(path(acme), { name: 'Lost', slug: 'globex' })).toMatchObject({
      status: 409,
      body: { code: 'TENANT_SLUG_TAKEN' },
    });
    expect(await platform.operator.patch(path(acme), { name: 'Lost', plan: 'nope' })).toMatchObject({
      status: 422,
      body: { code: 'PLAN_UNKNOWN' },
    });
    expect(await platform.operator.patch(path(acme), { name: 'Lost', status: 'deleted' })).toMatchObject({
      status: 400,
    });
    expect((await platform.operator.get(path(acme))).body).toEqual(before);
    expect((await platform.operator.patch(`/admin/tenants/${newId()}`, { name: 'X' })).status).toBe(404);
  });
});

describe('a suspension', () => {
  it('refuses the very next request, in this process and in one that has not heard of it', async () => {
    const tenant = await tenantWithNote();
    const suspended = { status: 403, body: { code: 'TENANT_SUSPENDED' } };
    for (let round = 0; round < 5; round += 1) {
      await eventually('both serve it', async () => (await there(tenant.owner).get('/notes')).status === 200);
      expect((await platform.operator.post(path(tenant, '/suspend'))).body).toMatchObject({ status: 'suspended' });
      expect(await there(tenant.owner).get('/notes')).toMatchObject(suspended);
      expect(await tenant.owner.get('/notes')).toMatchObject(suspended);
      expect(
        await platform.anyone
          .with({ 'x-tenant': tenant.slug })
          .post('/auth/login', { email: `owner@${tenant.slug}.example`, password: PASSWORD }),
      ).toMatchObject(suspended);
      expect((await platform.operator.post(path(tenant, '/resume'))).body).toMatchObject({ status: 'active' });
      expect(await notesOf(tenant.owner)).toEqual(['kept']);
    }
  });

  it('takes the tenant’s role from the application, so that Postgres itself refuses', async () => {
    const tenant = await tenantWithNote();
    const members = () =>
      platform.database.admin(
        `SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
         WHERE m.roleid = (SELECT oid FROM pg_roles WHERE rolname = $1) AND r.rolname LIKE '%\\_app'`,
        [schemaOf(tenant)],
      );
    expect(await members()).toHaveLength(1);
    await platform.operator.post(path(tenant, '/suspend'));
    expect(await members()).toHaveLength(0);
    await platform.operator.post(path(tenant, '/suspend'));
    await platform.operator.post(path(tenant, '/resume'));
    await platform.operator.post(path(tenant, '/resume'));
    expect(await members()).toHaveLength(1);
  });
});

describe('a deletion', () => {
  it('is soft: the tenant is unknown at once, and back with its data when resumed', async () => {
    const tenant = await tenantWithNote();
    const deleted = await platform.operator.delete(path(tenant));
    expect(deleted).toMatchObject({ status: 200, body: { status: 'deleted' } });
    expect(Date.parse(String(deleted.body['purgeAfter']))).toBeGreaterThan(Date.now());
    const unknown = { status: 404, body: { code: 'TENANT_UNKNOWN' } };
    expect(await there(tenant.owner).get('/notes')).toMatchObject(unknown);
    expect(await tenant.owner.get('/notes')).toMatchObject(unknown);
    expect(await platform.operator.post(path(tenant, '/suspend'))).toMatchObject({
      status: 409,
      body: { code: 'TENANT_TRANSITION_INVALID' },
    });
    expect(
      (
        await platform.operator.post('/admin/tenants', {
          slug: tenant.slug,
          name: 'X',
          owner: { email: 'a@b.example' },
        })
      ).status,
    ).toBe(409);
    const resumed = await platform.operator.post(path(tenant, '/resume'));
    expect(resumed.body).toMatchObject({ status: 'active' });
    expect(resumed.body).not.toHaveProperty('purgeAfter');
    expect(await notesOf(tenant.owner)).toEqual(['kept']);
  });

  it.each(['?purge=true', '?purge=true&confirm=', '?purge=true&confirm=globex', '?purge=true&confirm=TENANT'])(
    'for good is refused with %s',
    async (query) => {
      const tenant = await tenantWithNote();
      expect(await platform.operator.delete(path(tenant) + query)).toMatchObject({
        status: 422,
        body: { code: 'TENANT_PURGE_UNCONFIRMED' },
      });
      expect(await notesOf(tenant.owner)).toEqual(['kept']);
    },
  );

  it('for good drops schema, role and row, and frees the slug', async () => {
    const tenant = await tenantWithNote();
    expect((await platform.operator.delete(path(tenant, `?purge=true&confirm=${tenant.slug}`))).status).toBe(204);
    expect(await traces(tenant)).toEqual([0, 0, 0, 0]);
    expect((await tenant.owner.get('/notes')).status).toBe(404);
    expect((await platform.operator.post(path(tenant, '/resume'))).status).toBe(404);
    expect(await notesOf((await platform.createTenant(tenant.slug)).owner)).toEqual([]);
    expect((await tenant.owner.with({ 'x-tenant': tenant.slug }).get('/notes')).status).toBe(403);
  });

  it('for good by five requests at once happens once and is a fault of nobody', async () => {
    const tenant = await tenantWithNote();
    const statuses = await Promise.all(
      Array.from(
        { length: 5 },
        async () => (await platform.operator.delete(path(tenant, `?purge=true&confirm=${tenant.slug}`))).status,
      ),
    );
    expect(statuses).toContain(204);
    for (const status of statuses) expect([204, 404, 409]).toContain(status);
    expect(await traces(tenant)).toEqual([0, 0, 0, 0]);
  });

  it('is finished by the sweeper when its grace is over, and not before', async () => {
    const [due, notDue] = [await tenantWithNote(), await tenantWithNote()];
    for (const tenant of [due, notDue]) await platform.operator.delete(path(tenant));
    await platform.database.admin('UPDATE platform.tenant SET purge_after = now() WHERE id = $1', [due.id]);
    await sweep();
    expect(await traces(due)).toEqual([0, 0, 0, 0]);
    expect((await traces(notDue)).slice(0, 3)).toEqual([1, 1, 1]);
    // As by a process that found it due before it was deleted anew.
    const late = platform.platform.app.get(TenantLifecycle, { strict: false }).purge(notDue.id, []);
    await expect(late).rejects.toMatchObject({ code: 'TENANT_TRANSITION_INVALID' });
  });

  it('that a process left half done is finished by the sweeper, and cannot be resumed before', async () => {
    const tenant = await tenantWithNote();
    await platform.operator.delete(path(tenant));
    await platform.database.admin(
      `INSERT INTO platform.tenant_operation (id, tenant_id, kind, status) VALUES ($1, $2, 'purge', 'running')`,
      [newId(), tenant.id],
    );
    await platform.database.admin(`DROP SCHEMA ${schemaOf(tenant)} CASCADE`);
    expect(await platform.operator.post(path(tenant, '/resume'))).toMatchObject({
      status: 409,
      body: { code: 'TENANT_TRANSITION_INVALID' },
    });
    await sweep();
    expect(await traces(tenant)).toEqual([0, 0, 0, 0]);
  });
});

/** The sweeper is found by its name: it is no part of what onboarding exports. */
async function sweep(): Promise<void> {
  for (const module of platform.platform.app.get(ModulesContainer).values()) {
    for (const { name, instance } of module.providers.values()) {
      if (name === 'OperationSweeper') return (instance as { sweep(age: number): Promise<void> }).sweep(0);
    }
  }
  throw new Error('There is no OperationSweeper.');
}

describe('an operation', () => {
  it('that ended long ago is forgotten, and none that runs or was touched since', async () => {
    const rows = await platform.database.admin<{ id: string; kind: string }>(
      `INSERT INTO platform.tenant_operation (id, kind, status, created_at, updated_at)
       SELECT gen_random_uuid(), kind, status, now() - created::interval, now() - updated::interval
       FROM (VALUES ('old', 'succeeded', '91 days', '91 days'), ('failed', 'failed', '91 days', '91 days'),
                    ('kept', 'succeeded', '89 days', '89 days'), ('long', 'succeeded', '91 days', '89 days'),
                    ('running', 'running', '91 days', '91 days')) AS made (kind, status, created, updated)
       RETURNING id, kind`,
    );
    await sweep();
    const left = await platform.database.admin<{ kind: string }>(
      'SELECT kind FROM platform.tenant_operation WHERE id = ANY($1) ORDER BY kind',
      [rows.map(({ id }) => id)],
    );
    expect(left.map(({ kind }) => kind)).toEqual(['kept', 'long', 'running']);
    await platform.database.admin('DELETE FROM platform.tenant_operation WHERE id = ANY($1)', [
      rows.map(({ id }) => id),
    ]);
  });

  it('tells its steps, its progress and nothing of its input', async () => {
    const [row] = await platform.database.admin<{ id: string; input: object }>(
      `SELECT id, input FROM platform.tenant_operation WHERE tenant_id = $1`,
      [acme.id],
    );
    expect(row?.input).toEqual({});
    const answer = await platform.operator.get(`/admin/operations/${row?.id}`);
    expect(answer).toMatchObject({
      status: 200,
      body: { id: row?.id, tenantId: acme.id, kind: 'create', status: 'succeeded', progress: 1 },
    });
    const steps = answer.body['steps'] as { name: string; status: string }[];
    expect(steps.map(({ name }) => name)).toEqual([
      'create-role',
      'create-schema',
      'migrate',
      'seed',
      'subscribe',
      'create-owner',
      'announce',
    ]);
    expect(new Set(steps.map(({ status }) => status))).toEqual(new Set(['done']));
    for (const id of [newId(), 'x', '%00'])
      expect(await platform.operator.get(`/admin/operations/${id}`)).toMatchObject({
        status: 404,
        body: { code: 'OPERATION_UNKNOWN' },
      });
  });
});
