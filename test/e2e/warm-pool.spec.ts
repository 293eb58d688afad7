import { WarmPool, tenantSchema } from '@tenantry/tenancy';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { itemsOf } from '../support/test-client.js';
import { startPlatform, type TestPlatform } from '../support/test-platform.js';

let platform: TestPlatform;
let other: TestPlatform;

const poolOf = ({ platform: { app } }: TestPlatform) => app.get(WarmPool, { strict: false });
/** A round that meets another process's does nothing. */
const fill = (on: TestPlatform) =>
  eventually('the pool is full', async () => {
    await poolOf(on).fill();
    const { ready, target } = await poolOf(on).status();
    return ready >= target;
  });
const admin: TestPlatform['database']['admin'] = (sql, values) => platform.database.admin(sql, values);

beforeAll(async () => {
  platform = await startPlatform({ environment: { TENANTRY_WARM_POOL_MIN: '3', TENANTRY_WARM_POOL_MAX: '6' } });
  other = await platform.another();
});

afterAll(async () => {
  await other.close();
  await platform.close();
});

beforeEach(() => fill(platform));

interface Waiting {
  readonly id: string;
  readonly status: string;
}
const waiting = async () =>
  admin<Waiting & pg.QueryResultRow>(`SELECT id, status FROM platform.warm_schema WHERE status <> 'role' ORDER BY id`);
const create = (slug: string, on = platform) =>
  on.operator.post('/admin/tenants', { slug, name: slug, owner: { email: `owner@${slug}.example` } });
const left = async (id: string) =>
  admin(
    `SELECT rolname FROM pg_roles WHERE rolname = $1 UNION ALL SELECT nspname FROM pg_namespace WHERE nspname = $1`,
    [tenantSchema(id)],
  );
/** Of this installation: roles belong to the whole server. */
const roles = () =>
  admin(
    `SELECT FROM pg_auth_members m JOIN pg_roles a ON a.oid = m.member WHERE a.rolname = current_database() || '_app'`,
  );
/** Schemas that neither a tenant nor the pool has. */
const stray = () =>
  admin(`SELECT nspname FROM pg_namespace WHERE nspname ~ '^t_' AND substr(nspname, 3)::uuid NOT IN
    (SELECT id FROM platform.tenant UNION ALL SELECT id FROM platform.warm_schema WHERE status <> 'role')`);
/** Keeps claims from looking for a filled pool while the test looks at it. */
const ageTenants = () => admin(`UPDATE platform.tenant SET created_at = created_at - interval '1 hour'`);

describe('the pool', () => {
  it('tells operators what waits, and nobody else', async () => {
    const { body, status } = await platform.operator.get('/admin/warm-pool');
    expect(status).toBe(200);
    expect(body).toMatchObject({ ready: 3, floor: 3, ceiling: 6, target: 3 });
    expect((await platform.anyone.get('/admin/warm-pool')).status).toBe(401);
  });

  it('is filled by two processes at once to its floor and no further', async () => {
    for (const { id } of await waiting()) {
      await admin(`UPDATE platform.warm_schema SET status = 'broken' WHERE id = $1`, [id]);
    }
    await Promise.all([poolOf(platform).fill(), poolOf(other).fill()]);
    await fill(platform);
    expect((await waiting()).map(({ status }) => status)).toEqual(['ready', 'ready', 'ready']);
    expect(await stray()).toEqual([]);
  });

  it('leaves nothing when the process dies before what it makes is written down', async () => {
    const before = (await roles()).length;
    const [one] = await waiting();
    await admin(`CREATE FUNCTION platform.die() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN new; END $$`);
    await admin(
      `CREATE TRIGGER die BEFORE UPDATE ON platform.warm_schema FOR EACH ROW WHEN (OLD.status = 'role') EXECUTE FUNCTION platform.die()`,
    );
    await admin(`UPDATE platform.warm_schema SET status = 'broken' WHERE id = $1`, [one?.id]);
    await eventually('the making was cut off', async () => {
      await poolOf(platform).fill();
      return (await poolOf(platform).status()).lastFailureAt !== undefined;
    });
    await admin('DROP FUNCTION platform.die() CASCADE');
    expect((await roles()).length).toBe(before - 1);
    expect(await stray()).toEqual([]);
    expect((await platform.operator.get('/admin/warm-pool')).body).toHaveProperty('lastFailureAt');
  });

  it('grows with the tenants that were made lately, up to its ceiling', async () => {
    for (const slug of ['many-1', 'many-2', 'many-3', 'many-4', 'many-5', 'many-6', 'many-7']) {
      expect((await create(slug)).status).toBe(201);
    }
    await fill(platform);
    expect((await platform.operator.get('/admin/warm-pool')).body).toMatchObject({ ready: 6, target: 6 });
    await ageTenants();
    await admin(`UPDATE platform.warm_schema SET made_at = made_at - interval '2 hours'`);
    await eventually('what nobody wanted is dropped', async () => {
      await poolOf(platform).fill();
      return (await waiting()).length === 3;
    });
    expect((await platform.operator.get('/admin/warm-pool')).body).toMatchObject({ ready: 3, target: 3 });
    expect(await stray()).toEqual([]);
  });
});

describe('roles', () => {
  it('are made many at once, because each GRANT costs every connection its list of them', async () => {
    const count = async (status: string) =>
      (await admin('SELECT FROM platform.warm_schema WHERE status = $1', [status])).length;
    const memberships = async () => (await roles()).length;
    const [waitingRoles, all] = [await count('role'), await memberships()];
    expect(waitingRoles).toBeGreaterThan(10);
    for (const { id } of await waiting()) {
      await admin(`UPDATE platform.warm_schema SET status = 'broken' WHERE id = $1`, [id]);
    }
    await fill(platform);
    expect([await count('role'), await memberships()]).toEqual([waitingRoles - 3, all - 3]);
    // Too few are left: what is missing is made with those that wait for the next time.
    await admin(`DELETE FROM platform.warm_schema WHERE status = 'role' AND id NOT IN
      (SELECT id FROM platform.warm_schema WHERE status = 'role' ORDER BY id LIMIT 1)`);
    for (const { id } of await waiting()) {
      await admin(`UPDATE platform.warm_schema SET status = 'broken' WHERE id = $1`, [id]);
    }
    await fill(platform);
    expect(await count('role')).toBe(48);
    expect(await waiting()).toHaveLength(3);
    // As in a database that was restored without its roles.
    const [lost] = await admin<{ id: string }>(`SELECT id FROM platform.warm_schema WHERE status = 'role' ORDER BY id`);
    await admin(`DROP ROLE ${tenantSchema(lost?.id ?? '')}`);
    // A round does nothing while another process is at its own.
    await eventually('it is missed', async () => {
      await poolOf(platform).fill();
      return (await count('role')) === 47;
    });
  });
});

describe('a tenant made of a schema that waited', () => {
  it('has that schema’s id, a time of its own, and works like any other', async () => {
    await admin(`UPDATE platform.warm_schema SET made_at = made_at - interval '1 day'`);
    const ids = (await waiting()).map(({ id }) => id);
    const acme = await platform.createTenant('acme');
    const globex = await platform.createTenant('globex');
    expect(ids).toContain(acme.id);
    expect(ids).toContain(globex.id);
    await acme.owner.post('/notes', { title: 'of acme', body: '' });
    expect(itemsOf(await globex.owner.get('/notes'))).toEqual([]);
    expect(itemsOf(await acme.owner.get('/notes'))).toMatchObject([{ title: 'of acme' }]);
    const [operation] = await admin<{ id: string; input: unknown } & pg.QueryResultRow>(
      'SELECT id, input FROM platform.tenant_operation WHERE tenant_id = $1',
      [acme.id],
    );
    expect(operation?.input).toEqual({});
    const { body } = await platform.operator.get(`/admin/operations/${operation?.id}`);
    expect(body).toMatchObject({ kind: 'create', status: 'succeeded', progress: 1, tenantId: acme.id });
    const steps = (body['steps'] as { name: string }[]).map(({ name }) => name);
    expect(steps.slice(-3)).toEqual(['subscribe', 'create-owner', 'announce']);
    expect((await waiting()).map(({ id }) => id)).not.toContain(acme.id);
    expect(await admin('SELECT FROM platform.subscription WHERE tenant_id = $1', [acme.id])).toHaveLength(1);
  });

  it('comes after those made before it, although its schema may be older than theirs', async () => {
    const [young, old] = [(await waiting()).at(-1)?.id, (await waiting())[0]?.id];
    await admin(
      `UPDATE platform.warm_schema SET status = 'claimed', changed_at = now() WHERE id <> $1 AND status <> 'role'`,
      [young],
    );
    expect((await create('younger')).body['id']).toBe(young);
    await admin(`UPDATE platform.warm_schema SET status = 'ready' WHERE id = $1`, [old]);
    expect((await create('older')).body['id']).toBe(old);
    const slugs = itemsOf(await platform.operator.get('/admin/tenants?q=er&limit=100')).map(({ slug }) => slug);
    expect(slugs).toEqual(['younger', 'older']);
    await admin(`UPDATE platform.warm_schema SET status = 'broken' WHERE status = 'claimed'`);
  });

  it('asked for twenty times at once is made once, and no schema is lost', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => create('race', n % 2 ? platform : other)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(19).fill(409)]);
    expect((await waiting()).filter(({ status }) => status === 'claimed')).toEqual([]);
    expect(await stray()).toEqual([]);
  });

  it('is another one’s no more when it is purged', async () => {
    const id = String((await create('brief')).body['id']);
    const purged = await platform.operator.delete('/admin/tenants/brief?purge=true&confirm=brief');
    expect(purged.status).toBe(204);
    expect(await left(id)).toEqual([]);
    expect((await waiting()).map((row) => row.id)).not.toContain(id);
  });
});

describe('a tenant is made all the same', () => {
  beforeAll(() => ageTenants());

  it('when no schema waits', async () => {
    await admin(`UPDATE platform.warm_schema SET status = 'broken' WHERE status <> 'role'`);
    expect((await create('cold')).body).toMatchObject({ slug: 'cold', status: 'active', schema: 'current' });
  });

  it('when the schema that waits is damaged, which is dropped', async () => {
    const damaged = await waiting();
    for (const { id } of damaged) await admin(`DROP TABLE ${tenantSchema(id)}.user_account CASCADE`);
    const made = await create('unharmed');
    expect(made).toMatchObject({ status: 201, body: { status: 'active' } });
    const gone = damaged.filter(({ id }) => id !== made.body['id']);
    const lefts = await Promise.all(gone.map(({ id }) => left(id)));
    expect(lefts.filter((names) => names.length === 0)).toHaveLength(1);
    await admin(`UPDATE platform.warm_schema SET status = 'broken' WHERE status <> 'role'`);
  });
});

describe('a schema whose claimer died', () => {
  it('is given to nobody, and dropped a minute later', async () => {
    const id = String(await poolOf(platform).claim());
    expect((await create('next')).body['id']).not.toBe(id);
    await poolOf(other).fill();
    expect(await left(id)).toHaveLength(2);
    await admin(`UPDATE platform.warm_schema SET changed_at = changed_at - interval '2 minutes' WHERE id = $1`, [id]);
    await eventually('it is dropped', async () => {
      await poolOf(other).fill();
      return (await left(id)).length === 0;
    });
  });

  it('is never dropped once it is a tenant’s', async () => {
    const id = String((await create('kept')).body['id']);
    await admin(`INSERT INTO platform.warm_schema (id, status) VALUES ($1, 'broken')`, [id]);
    for (const each of [platform, other]) await poolOf(each).fill();
    expect(await left(id)).toHaveLength(2);
    await admin('DELETE FROM platform.warm_schema WHERE id = $1', [id]);
  });
});
