import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '@tenantry/platform';
import { Holder } from '../support/holder.js';
import { itemsOf, type TestClient } from '../support/test-client.js';
import { PASSWORD, startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { addUser, schemaOf, signIn, type TestUser } from '../support/test-users.js';

let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;
let admin: TestUser;
let member: TestUser;
let ownerId: string;

beforeAll(async () => {
  platform = await startPlatform();
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
  [admin, member] = [await addUser(platform, acme, 'admin'), await addUser(platform, acme, 'member')];
  ownerId = String((await acme.owner.get('/me')).body['id']);
});

afterAll(() => platform.close());

let count = 0;
const email = () => `made${(count += 1)}@acme.example`;
const client = (role: string) =>
  ({ owner: acme.owner, admin: admin.client, member: member.client })[role] as TestClient;

describe('what a role may do', () => {
  const requests: Record<string, (as: TestClient) => Promise<{ status: number; body: Record<string, unknown> }>> = {
    'list users': (as) => as.get('/users'),
    'read a user': (as) => as.get(`/users/${member.id}`),
    'make a user': (as) => as.post('/users', { email: email(), password: PASSWORD }),
    'change a user': (as) => as.patch(`/users/${member.id}`, { name: 'Renamed' }),
    'see the usage': (as) => as.get('/usage'),
    'list notes': (as) => as.get('/notes'),
    'write a note': (as) => as.post('/notes', { title: 'Of a role', body: '' }),
    'ask who they are': (as) => as.get('/me'),
  };
  const everything = {
    'list users': 200,
    'read a user': 200,
    'make a user': 201,
    'change a user': 200,
    'see the usage': 200,
  };
  const nothing = {
    'list users': 403,
    'read a user': 403,
    'make a user': 403,
    'change a user': 403,
    'see the usage': 403,
  };
  const anybody = { 'list notes': 200, 'write a note': 201, 'ask who they are': 200 };
  const matrix = {
    owner: { ...everything, ...anybody },
    admin: { ...everything, ...anybody },
    member: { ...nothing, ...anybody },
  };
  const cells = Object.entries(matrix).flatMap(([role, may]) =>
    Object.entries(may).map(([what, status]) => [role, what, status] as const),
  );

  it.each(cells)('%s: %s is %i', async (role, what, status) => {
    const answer = await requests[what]?.(client(role));
    expect(answer?.status).toBe(status);
    if (status === 403) expect(answer?.body['code']).toBe('PERMISSION_DENIED');
  });

  it('is what /me says', async () => {
    const permissions = async (role: string) => (await client(role).get('/me')).body['permissions'];
    expect(await permissions('owner')).toEqual([
      'jobs:read',
      'jobs:write',
      'notes:read',
      'notes:write',
      'settings:read',
      'settings:write',
      'usage:read',
      'users:read',
      'users:write',
    ]);
    expect(await permissions('admin')).toEqual([
      'jobs:read',
      'jobs:write',
      'notes:read',
      'notes:write',
      'settings:read',
      'settings:write',
      'usage:read',
      'users:read',
      'users:write',
    ]);
    expect(await permissions('member')).toEqual(['notes:read', 'notes:write']);
  });
});

describe('an owner', () => {
  it('is neither made, changed, disabled nor removed by an admin', async () => {
    const refused = { status: 403, body: { code: 'USER_OWNER_PROTECTED' } };
    expect(await admin.client.post('/users', { email: email(), roles: ['owner'], password: PASSWORD })).toMatchObject(
      refused,
    );
    expect(await admin.client.post('/users', { email: email(), roles: ['member', 'owner'] })).toMatchObject(refused);
    expect(await admin.client.patch(`/users/${member.id}`, { roles: ['owner'] })).toMatchObject(refused);
    expect(await admin.client.patch(`/users/${admin.id}`, { roles: ['admin', 'owner'] })).toMatchObject(refused);
    for (const change of [{ name: 'Renamed' }, { roles: ['member'] }, { disabled: true }, {}]) {
      expect(await admin.client.patch(`/users/${ownerId}`, change)).toMatchObject(refused);
    }
    expect(await admin.client.delete(`/users/${ownerId}`)).toMatchObject(refused);
    expect((await acme.owner.get('/me')).status).toBe(200);
  });

  it('who is the last one stays', async () => {
    const { owner } = await platform.createTenant('last');
    const { id } = (await owner.get('/me')).body;
    const last = { status: 409, body: { code: 'USER_LAST_OWNER' } };
    expect(await owner.patch(`/users/${String(id)}`, { roles: ['admin'] })).toMatchObject(last);
    expect(await owner.patch(`/users/${String(id)}`, { disabled: true })).toMatchObject(last);
    expect((await owner.get('/me')).body['roles']).toEqual(['owner']);
    expect(await owner.delete(`/users/${String(id)}`)).toMatchObject(last);
  });

  it('who is the last one stays signed in after an attempt to remove them', async () => {
    const { owner } = await platform.createTenant('signed-in');
    const { id } = (await owner.get('/me')).body;
    expect((await owner.delete(`/users/${String(id)}`)).status).toBe(409);
    expect((await owner.get('/me')).status).toBe(200);
  });

  it.each([
    ['remove', (one: TestUser, other: TestUser) => one.client.delete(`/users/${other.id}`)],
    ['demote', (one: TestUser, other: TestUser) => one.client.patch(`/users/${other.id}`, { roles: ['member'] })],
    ['disable', (one: TestUser, other: TestUser) => one.client.patch(`/users/${other.id}`, { disabled: true })],
  ] as const)('and another who %s each other at once leave one', async (_, act) => {
    const tenant = await platform.createTenant(`pair-${(count += 1)}`);
    const other = await addUser(platform, tenant, 'owner');
    const first = await signIn(platform, tenant, `owner@${tenant.slug}.example`);
    const statuses = (await Promise.all([act(first, other), act(other, first)])).map(({ status }) => status);
    expect(statuses.filter((status) => status < 300)).toHaveLength(1);
    const rows = await platform.database.admin(
      `SELECT id FROM ${schemaOf(tenant)}.user_account WHERE 'owner' = ANY(roles) AND disabled_at IS NULL`,
    );
    expect(rows).toHaveLength(1);
  });
});

describe('a change that waits for another', () => {
  /** Lets the request read its user and then wait, changes the row under it, and lets it go on. */
  async function overtaken(
    send: () => Promise<{ status: number }>,
    sql: string,
    id: string,
  ): Promise<{ status: number }> {
    const lock = `SELECT pg_advisory_xact_lock(hashtext('${schemaOf(acme)}') | 1, hashtext('owners') & 63)`;
    const holder = await Holder.of(platform.database, lock);
    const answer = send();
    await holder.reached('the request waits');
    await holder.query(sql, [id]);
    await holder.release('COMMIT');
    return answer;
  }

  const stored = async (id: string) => (await acme.owner.get(`/users/${id}`)).body;

  it('does not enable a user whom somebody disabled meanwhile', async () => {
    const user = await addUser(platform, acme, 'member');
    const disable = `UPDATE ${schemaOf(acme)}.user_account SET disabled_at = now() WHERE id = $1`;
    await overtaken(() => acme.owner.patch(`/users/${user.id}`, { name: 'Renamed' }), disable, user.id);
    expect(await stored(user.id)).toMatchObject({ name: 'Renamed', disabled: true });
  });

  it('does not give back a role that somebody took meanwhile', async () => {
    const user = await addUser(platform, acme, 'admin');
    const demote = `UPDATE ${schemaOf(acme)}.user_account SET roles = '{member}' WHERE id = $1`;
    await overtaken(() => acme.owner.patch(`/users/${user.id}`, { name: 'Renamed' }), demote, user.id);
    expect(await stored(user.id)).toMatchObject({ roles: ['member'] });
  });

  it('of an admin does not touch a user who became an owner meanwhile', async () => {
    const promote = `UPDATE ${schemaOf(acme)}.user_account SET roles = '{owner}' WHERE id = $1`;
    const user = await addUser(platform, acme, 'member');
    const removed = await overtaken(() => admin.client.delete(`/users/${user.id}`), promote, user.id);
    expect(removed.status).toBe(403);
    expect(await stored(user.id)).toMatchObject({ roles: ['owner'] });
    const another = await addUser(platform, acme, 'member');
    const disabled = await overtaken(
      () => admin.client.patch(`/users/${another.id}`, { disabled: true }),
      promote,
      another.id,
    );
    expect(disabled.status).toBe(403);
    expect(await stored(another.id)).toMatchObject({ roles: ['owner'], disabled: false });
  });
});

describe('an e-mail address', () => {
  it('is taken once, in whatever case, also by two at once', async () => {
    const taken = { status: 409, body: { code: 'USER_EMAIL_TAKEN' } };
    expect(await acme.owner.post('/users', { email: 'OWNER@acme.EXAMPLE' })).toMatchObject(taken);
    expect(await acme.owner.post('/users', { email: member.email })).toMatchObject(taken);
    const answers = await Promise.all(
      ['Twin@acme.example', 'tWIN@acme.example'].map((twin) => acme.owner.post('/users', { email: twin })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it('is another one in another tenant', async () => {
    expect((await globex.owner.post('/users', { email: member.email, password: PASSWORD })).status).toBe(201);
    expect(itemsOf(await globex.owner.get('/users')).map((user) => user['id'])).not.toContain(member.id);
  });

  it('comes back in lower case, with its location', async () => {
    const made = await acme.owner.post('/users', { email: 'Mixed.Case@ACME.example', password: PASSWORD });
    expect(made).toMatchObject({
      status: 201,
      body: { email: 'mixed.case@acme.example', name: 'mixed.case@acme.example', roles: ['member'], disabled: false },
    });
    expect(made.headers.get('location')).toBe(`/users/${String(made.body['id'])}`);
    expect(made.body).not.toHaveProperty('passwordHash');
    expect(made.body).not.toHaveProperty('invitation');
  });
});

describe('a user of another tenant', () => {
  it('is neither read, changed nor removed: as if there were none', async () => {
    const unknown = { status: 404, body: { code: 'USER_UNKNOWN' } };
    for (const id of [member.id, newId(), 'x', "' OR 1=1", '%00']) {
      expect(await globex.owner.get(`/users/${id}`)).toMatchObject(unknown);
      expect(await globex.owner.patch(`/users/${id}`, { name: 'Stolen' })).toMatchObject(unknown);
      expect(await globex.owner.delete(`/users/${id}`)).toMatchObject(unknown);
    }
    expect((await member.client.get('/me')).status).toBe(200);
  });
});
