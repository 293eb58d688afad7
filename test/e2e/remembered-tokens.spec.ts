import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BearerTokens } from '../../libs/auth/src/tokens/bearer-tokens.js';
import { eventually } from '../support/eventually.js';
import type { TestClient } from '../support/test-client.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { addUser, signIn, type TestUser } from '../support/test-users.js';

let platform: TestPlatform;
let second: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  platform = await startPlatform();
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
  second = await platform.another();
});

afterAll(async () => {
  await second.close();
  await platform.close();
});

const ended = { status: 401, body: { code: 'AUTH_SESSION_ENDED' } };

/** The same client at another process. */
const at = (process: TestPlatform, client: TestClient) => process.anyone.with({ ...client.headers });

/** Whether the process answers for the token from memory: only then it does so at once. */
const remembers = (process: TestPlatform, { headers }: TestClient) => {
  const known = process.platform.app.get(BearerTokens).user({ headers });
  return !(known instanceof Promise);
};

/** A user whose token both processes have verified. */
async function rememberedUser(tenant = acme): Promise<TestUser> {
  const user = await addUser(platform, tenant, 'member');
  for (const process of [platform, second]) {
    expect((await at(process, user.client).get('/notes')).status).toBe(200);
    expect(remembers(process, user.client)).toBe(true);
  }
  return user;
}

const refusedAt = (process: TestPlatform, user: TestUser) =>
  eventually(
    'the process refuses the token',
    async () => (await at(process, user.client).get('/notes')).status !== 200,
  );

describe('a token that was verified before', () => {
  it('is refused at once when its session was signed out', async () => {
    const user = await rememberedUser();
    expect((await user.client.post('/auth/logout')).status).toBe(204);
    expect(remembers(platform, user.client)).toBe(true);
    expect(await user.client.get('/notes')).toMatchObject(ended);
    expect(await user.client.get('/me')).toMatchObject(ended);
  });

  it('is refused in every other process that verified it, too', async () => {
    const user = await rememberedUser();
    await user.client.post('/auth/logout');
    await refusedAt(second, user);
    expect(remembers(second, user.client)).toBe(true);
    expect(await at(second, user.client).get('/notes')).toMatchObject(ended);
  });

  it('is refused where it came from when it was signed out elsewhere', async () => {
    const user = await rememberedUser();
    expect((await at(second, user.client).post('/auth/logout')).status).toBe(204);
    expect(await at(second, user.client).get('/notes')).toMatchObject(ended);
    await refusedAt(platform, user);
    expect(await user.client.get('/notes')).toMatchObject(ended);
  });

  it('is refused when its user was disabled', async () => {
    const user = await rememberedUser();
    await acme.owner.patch(`/users/${user.id}`, { disabled: true });
    expect(await user.client.get('/notes')).toMatchObject(ended);
    await refusedAt(second, user);
  });

  it('is refused by a process that did not hear of it at the time, once it listens again', async () => {
    const user = await rememberedUser();
    const listeners = () =>
      platform.database.admin<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'tenantry listen'`,
      );
    const before = (await listeners()).map(({ pid }) => pid);
    await platform.database.admin('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [before]);
    await eventually('nobody listens', async () => (await listeners()).every(({ pid }) => !before.includes(pid)));
    await user.client.post('/auth/logout');
    await refusedAt(second, user);
    expect(await at(second, user.client).get('/notes')).toMatchObject(ended);
  });

  it('is refused where another tenant is meant', async () => {
    const user = await rememberedUser();
    const elsewhere = user.client.with({ 'x-tenant': globex.slug });
    expect(await elsewhere.get('/notes')).toMatchObject({ status: 403, body: { code: 'TENANT_MISMATCH' } });
  });

  it('speaks for its own plane only', async () => {
    const user = await rememberedUser();
    expect((await platform.operator.get('/admin/tenants')).status).toBe(200);
    expect((await platform.operator.with({ 'x-tenant': acme.slug }).get('/notes')).status).toBe(401);
    const { authorization = '' } = user.client.headers;
    expect((await platform.anyone.with({ authorization }).get('/admin/tenants')).status).toBe(401);
  });

  it('leaves other sessions alone when one is signed out, of the same user and of other tenants', async () => {
    const user = await rememberedUser();
    const other = await signIn(platform, acme, user.email);
    const stranger = await rememberedUser(globex);
    await user.client.post('/auth/logout');
    await refusedAt(second, user);
    for (const { client } of [other, stranger]) {
      for (const process of [platform, second]) expect((await at(process, client).get('/notes')).status).toBe(200);
    }
  });
});
