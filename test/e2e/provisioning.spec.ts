import { newId } from '@tenantry/kernel';
import { inTransaction, OwnerDatabase, TenantLifecycle, tenantSchema, type Tenant } from '@tenantry/tenancy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OperationSweeper } from '../../libs/onboarding/src/operations/operation-sweeper.js';
import { TenantPlan } from '../../libs/onboarding/src/tenants/tenant-plan.js';
import { PasswordHasher } from '@tenantry/auth';
import { Holder } from '../support/holder.js';
import { stopSweeping } from '../support/operations.js';
import { PASSWORD, startPlatform, type TestPlatform } from '../support/test-platform.js';

let platform: TestPlatform;
let plan: TenantPlan;

const app = <T>(token: abstract new (...args: never[]) => T): T =>
  platform.platform.app.get<T>(token, { strict: false });

beforeAll(async () => {
  platform = await startPlatform();
  await stopSweeping(platform);
  plan = app(TenantPlan);
});

afterAll(() => platform.close());

/** Leaves a tenant as a process leaves it that dies when so many steps are done and, maybe, the next one but not its record. */
async function leaveUnfinished(slug: string, done: number, nextToo: boolean): Promise<string> {
  const tenant = { id: newId(), slug, name: slug, plan: 'free' } as Tenant;
  const owner = { email: `owner@${slug}.example`, passwordHash: await app(PasswordHasher).hash(PASSWORD) };
  const operation = newId();
  await platform.database.admin(
    `INSERT INTO platform.tenant (id, slug, name, status, plan, api_version) VALUES ($1, $2, $2, 'provisioning', 'free', '2026-11-01')`,
    [tenant.id, slug],
  );
  await platform.database.admin(
    `INSERT INTO platform.tenant_operation (id, tenant_id, kind, status, input) VALUES ($1, $2, 'create', 'running', $3)`,
    [operation, tenant.id, JSON.stringify({ owner })],
  );
  const steps = plan.create.slice(0, done + (nextToo ? 1 : 0));
  for (const [index, step] of steps.entries()) {
    await app(OwnerDatabase).withClient((client) =>
      inTransaction(client, () => step.run({ client, tenant, input: { owner } })),
    );
    if (index >= done) break;
    await platform.database.admin(
      `UPDATE platform.tenant_operation SET steps = steps || jsonb_build_array(jsonb_build_object('name', $2::text, 'finishedAt', now())) WHERE id = $1`,
      [operation, step.name],
    );
  }
  return tenant.id;
}

describe('a tenant whose making was cut off', () => {
  const lengths = Array.from({ length: 7 }, (_, done) => done);

  it('has as many steps as this suite cuts at', () => {
    expect(plan.create).toHaveLength(lengths.length);
  });

  it.each(lengths.flatMap((done) => [[done, false] as const, [done, true] as const]))(
    'after %i steps (the next one done but not recorded: %s) is made whole by the next round',
    async (done, nextToo) => {
      const slug = `cut-${done}-${nextToo ? 'more' : 'clean'}`;
      const id = await leaveUnfinished(slug, done, nextToo);
      await app(OperationSweeper).sweep(0);
      expect((await platform.operator.get(`/admin/tenants/${slug}`)).body).toMatchObject({ id, status: 'active' });
      const credentials = { email: `owner@${slug}.example`, password: PASSWORD };
      const owner = await platform.anyone.with({ 'x-tenant': slug }).signIn('/auth/login', credentials);
      expect((await owner.post('/notes', { title: 'x', body: '' })).status).toBe(201);
      const owners = await platform.database.admin(`SELECT id FROM ${tenantSchema(id)}.user_account`);
      expect(owners).toHaveLength(1);
    },
  );

  it('is made whole also behind many operations that only another release knows', async () => {
    await platform.database.admin(
      `INSERT INTO platform.tenant_operation (id, kind, status, created_at)
       SELECT gen_random_uuid(), 'of-another-release', 'running', now() - interval '1 day' FROM generate_series(1, 150)`,
    );
    const id = await leaveUnfinished('behind', 2, false);
    await app(OperationSweeper).sweep(0);
    expect((await platform.operator.get('/admin/tenants/behind')).body).toMatchObject({ id, status: 'active' });
    await platform.database.admin(`DELETE FROM platform.tenant_operation WHERE kind = 'of-another-release'`);
  });

  it('that cannot be made leaves nothing, and its slug is free', async () => {
    const id = await leaveUnfinished('doomed', 2, false);
    await platform.database.admin(`CREATE TABLE ${tenantSchema(id)}.note (in_the_way int)`);
    await app(OperationSweeper).sweep(0);
    expect((await platform.operator.get('/admin/tenants/doomed')).status).toBe(404);
    const left = await platform.database.admin('SELECT FROM pg_roles WHERE rolname = $1', [tenantSchema(id)]);
    expect(left).toEqual([]);
    await platform.createTenant('doomed');
  });
});

describe('twelve tenants at once', () => {
  it('are all made: operations do not wait for each other’s connections', async () => {
    const owner = { email: 'owner@crowd.example' };
    const asked = Array.from({ length: 12 }, (_, index) =>
      platform.operator.post('/admin/tenants', { slug: `crowd-${index}`, name: 'x', owner }),
    );
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(Array<number>(12).fill(201));
  });
});

describe('a purge', () => {
  it('of a tenant that is resumed at the same moment does not happen', async () => {
    const tenant = await platform.createTenant('undecided');
    await app(TenantLifecycle).delete(tenant.id, 0);
    const held = await Holder.of(platform.database, `SELECT FROM platform.tenant WHERE id = '${tenant.id}' FOR UPDATE`);
    const purge = app(TenantLifecycle).purge(tenant.id, plan.purge);
    const refused = expect(purge).rejects.toMatchObject({ code: 'TENANT_TRANSITION_INVALID' });
    await held.reached('the purge waits for the row');
    await held.query(`UPDATE platform.tenant SET status = 'active', purge_after = NULL WHERE id = $1`, [tenant.id]);
    await held.release('COMMIT');
    await refused;
    expect(
      await platform.database.admin('SELECT FROM pg_roles WHERE rolname = $1', [tenantSchema(tenant.id)]),
    ).toHaveLength(1);
  });
});
