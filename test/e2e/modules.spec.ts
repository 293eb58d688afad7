import { NotesModule } from '@tenantry/example-notes';
import { createPlatform, StructuredLogger } from '@tenantry/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { connections } from '../support/failing-start.js';
import { itemsOf, TestClient } from '../support/test-client.js';
import { createTestDatabase } from '../support/test-database.js';
import { OPERATOR, startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { schemaOf, signIn } from '../support/test-users.js';
import { TicketsModule } from '../support/tickets.module.js';

const silent = () => new StructuredLogger('silent', { write: () => undefined });

describe('a module that is added later', () => {
  let before: TestPlatform;
  let after: TestPlatform;
  /** Made before the module came, with two notes and with none; and one made afterwards. */
  let acme: TestTenant;
  let globex: TestTenant;
  let initech: TestTenant;

  beforeAll(async () => {
    before = await startPlatform({ modules: [NotesModule] });
    [acme, globex] = [await before.createTenant('acme'), await before.createTenant('globex')];
    for (const title of ['one', 'two']) await acme.owner.post('/notes', { title, body: '' });
    after = await before.another([NotesModule, TicketsModule]);
    initech = await after.createTenant('initech');
  });

  afterAll(async () => {
    await after.close();
    await before.close();
  });

  const as = async (tenant: TestTenant) => (await signIn(after, tenant, `owner@${tenant.slug}.example`)).client;

  const shapeOf = (schema: string) =>
    after.database.admin(
      `SELECT c.table_name, c.column_name, c.data_type, replace(c.udt_schema, $1, 'own') AS type_schema, c.udt_name, c.is_nullable, replace(c.column_default, $1, 'own') AS value,
              (SELECT array_agg(i.indexname || ' ' || replace(i.indexdef, $1, 'own') ORDER BY i.indexname) FROM pg_indexes i WHERE i.schemaname = $1 AND i.tablename = c.table_name) AS indexes,
              (SELECT array_agg(replace(pg_get_constraintdef(k.oid), $1, 'own') ORDER BY pg_get_constraintdef(k.oid)) FROM pg_constraint k
               WHERE k.conrelid = format('%I.%I', $1::text, c.table_name)::regclass) AS keys
       FROM information_schema.columns c WHERE c.table_schema = $1 ORDER BY 1, 2`,
      [schema],
    );

  it('has its tables in every tenant, old and new, all of one shape', async () => {
    const reference = await shapeOf('tenantry_reference');
    expect(reference.map(({ table_name }: { table_name?: string }) => table_name)).toEqual(
      expect.arrayContaining(['board', 'ticket', 'note']),
    );
    for (const tenant of [acme, globex, initech]) expect(await shapeOf(schemaOf(tenant))).toEqual(reference);
  });

  it('is used by each tenant for itself', async () => {
    for (const tenant of [acme, globex, initech]) {
      const client = await as(tenant);
      const had = itemsOf(await client.get('/tickets')).length;
      expect((await client.post('/tickets', {})).body).toMatchObject({ title: 'Added', state: 'open', boardId: null });
      expect(itemsOf(await client.get('/tickets'))).toHaveLength(had + 1);
    }
  });

  it('is linked from the root document, and what has no address of its own from its collection', async () => {
    const client = await as(acme);
    expect((await client.get('/')).body['_links']).toMatchObject({ 'tickets:tickets': { href: '/tickets' } });
    const made = await client.post('/tickets', {});
    const href = `/tickets#${String(made.body['id'])}`;
    expect(made.body['_links']).toEqual({ self: { href }, collection: { href: '/tickets' } });
    expect(made.headers.get('location')).toBe(href);
    const found = await client.get('/tickets');
    expect(itemsOf(found).map(({ _links: links }) => links)).toContainEqual({ self: { href } });
    expect(found.body['_templates']).toEqual({
      default: { method: 'POST', target: '/tickets', title: 'Create ticket.', properties: [] },
    });
  });

  it('has run its statements with an effect, SELECTs too, in every tenant', async () => {
    for (const tenant of [acme, globex, initech]) {
      const { body } = await (await as(tenant)).post('/tickets', {});
      expect([tenant.slug, Number(body['number']) > 1000]).toEqual([tenant.slug, true]);
    }
  });

  it('has run its dynamic migration by what each tenant has', async () => {
    const boards = async (tenant: TestTenant) =>
      (await after.database.admin<{ name: string }>(`SELECT name FROM ${schemaOf(tenant)}.board ORDER BY name`)).map(
        ({ name }) => name,
      );
    expect(await boards(acme)).toEqual(['one', 'two']);
    expect(await boards(globex)).toEqual([]);
    expect(await boards(initech)).toEqual([]);
    const [row] = await after.database.admin<{ dynamic: boolean }>(
      `SELECT dynamic FROM platform.tenant_migration WHERE name = 'tickets/BoardPerNote1785628800300'`,
    );
    expect(row?.dynamic).toBe(true);
  });

  it('seeds new tenants, inside each, and not those that were there', async () => {
    const titles = (tenant: TestTenant) =>
      after.database.admin(`SELECT title FROM ${schemaOf(tenant)}.ticket WHERE title = 'Welcome'`);
    expect([(await titles(initech)).length, (await titles(acme)).length]).toEqual([1, 0]);
  });

  it('has its permissions with the roles it says', async () => {
    expect((await (await as(acme)).get('/me')).body['permissions']).toContain('tickets:read');
  });

  it('leaves the data that was there, and a process without it at work', async () => {
    expect(itemsOf(await (await as(acme)).get('/notes')).map(({ title }) => title)).toEqual(['one', 'two']);
    expect(
      (
        await before.anyone
          .with({ 'x-tenant': 'acme' })
          .post('/auth/login', { email: 'owner@acme.example', password: 'wrong-password' })
      ).status,
    ).toBe(401);
  });

  it('keeps the tables within reach of the tenant’s role only', async () => {
    const rows = await after.database.admin<{ grantee: string }>(
      `SELECT DISTINCT grantee FROM information_schema.table_privileges WHERE table_schema = $1 AND table_name IN ('ticket', 'board')`,
      [schemaOf(acme)],
    );
    expect(rows.map(({ grantee }) => grantee).filter((grantee) => !grantee.endsWith('_owner'))).toEqual([
      schemaOf(acme),
    ]);
  });
});

describe('platforms that start at once on an empty database', () => {
  it('come up both, with one recording, one key and one operator', async () => {
    const database = await createTestDatabase({ PORT: '0', HOST: '127.0.0.1' });
    try {
      const start = () => createPlatform({ modules: [NotesModule], settings: database.settings, logger: silent() });
      const platforms = await Promise.all([start(), start(), start()]);
      const urls = await Promise.all(platforms.map((platform) => platform.listen()));
      const recorded = await database.admin<{ name: string }>(
        'SELECT name FROM platform.tenant_migration ORDER BY sequence',
      );
      expect(recorded.map(({ name }) => name)).toEqual([
        'notes/CreateNote1785628800000',
        'auth/CreateUsers1793500100000',
        'api/CreateIdempotencyKey1793500200000',
      ]);
      const [counts] = await database.admin(
        'SELECT (SELECT count(*)::int FROM platform.signing_key) AS keys, (SELECT count(*)::int FROM platform.operator) AS operators',
      );
      expect(counts).toEqual({ keys: 1, operators: 1 });
      const tokens = await Promise.all(urls.map((url) => new TestClient(url).signIn('/admin/auth/login', OPERATOR)));
      for (const url of urls) {
        for (const { headers } of tokens)
          expect((await new TestClient(url, headers).get('/admin/tenants')).status).toBe(200);
      }
      await Promise.all(platforms.map((platform) => platform.stop()));
    } finally {
      await database.drop();
    }
  });

  it('let go of every connection when they stop', async () => {
    const database = await createTestDatabase({ PORT: '0', HOST: '127.0.0.1' });
    try {
      const platform = await createPlatform({ modules: [NotesModule], settings: database.settings, logger: silent() });
      await platform.listen();
      await platform.stop();
      // Sooner than pools close by themselves what is idle (10 s).
      await eventually('every connection is closed', async () => (await connections(database)).length === 0, 8000);
    } finally {
      await database.drop();
    }
  });
});
