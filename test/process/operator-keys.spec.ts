import { TenantryClient } from '@tenantry/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildServer } from '../support/build.js';
import { eventually } from '../support/eventually.js';
import { Holder } from '../support/holder.js';
import { ServerProcess } from '../support/server-process.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { OPERATOR } from '../support/test-platform.js';

let database: TestDatabase;
let server: ServerProcess;

const start = (port: string) => {
  const { settings } = database;
  server = new ServerProcess({
    PORT: port,
    DATABASE_URL: database.url,
    TENANTRY_INSTALLATION: settings.get('TENANTRY_INSTALLATION'),
    TENANTRY_SECRET: settings.get('TENANTRY_SECRET') ?? '',
    TENANTRY_OPERATOR_EMAIL: OPERATOR.email,
    TENANTRY_OPERATOR_PASSWORD: OPERATOR.password,
    TENANTRY_WARM_POOL_MAX: '0', // made of a waiting schema a tenant is there at once, or not at all
  });
  return server.listening();
};

beforeAll(async () => {
  await buildServer();
  database = await createTestDatabase();
});

afterAll(async () => {
  await server.stop();
  await database.drop();
});

const impatient = (url: string) =>
  new TenantryClient({ url, retry: { attempts: 5000, firstPause: 20, longestPause: 100 } });

it('a client whose server is killed while it makes a tenant gets that tenant from the next server', async () => {
  const url = await start('0');
  const client = impatient(url);
  await client.signInOperator(OPERATOR);
  await client.post('/admin/tenants', { body: { slug: 'globex', name: 'x', owner: { email: 'o@globex.example' } } });
  const slug = 'acme';
  const holder = await Holder.of(database, 'LOCK TABLE platform.subscription IN SHARE ROW EXCLUSIVE MODE');
  const asked = client.post('/admin/tenants', { body: { slug, name: slug, owner: { email: `o@${slug}.example` } } });
  const tenants = () => database.admin<{ id: string }>('SELECT id FROM platform.tenant WHERE slug = $1', [slug]);
  await eventually('the tenant is begun', async () => (await tenants()).length === 1);
  const [begun] = await tenants();
  await server.stop('SIGKILL');
  await holder.release();
  await start(new URL(url).port);
  const made = await asked;
  expect(made).toMatchObject({ id: begun?.id, slug, status: 'active' });
  const token = made.ownerInvitation?.token ?? '';
  const owner = new TenantryClient({ url, tenant: slug });
  const accepted = await owner.post('/invitations/accept', { body: { token, password: 'correct-horse-battery' } });
  expect(accepted).toMatchObject({ email: `o@${slug}.example` });
  expect(await tenants()).toHaveLength(1);
});

it('a client whose server is killed between beginning a clone and its answer gets that clone from the next server', async () => {
  const url = await server.listening();
  const client = impatient(url);
  await client.signInOperator(OPERATOR);
  // The answer waits, to be killed: what was begun is committed by then.
  const holder = await Holder.of(database, 'SELECT pg_advisory_xact_lock(1234)');
  await database.admin(`
    CREATE FUNCTION platform.wait_with_answer() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_advisory_xact_lock(1234); RETURN NEW; END $$;
    CREATE TRIGGER waiting BEFORE UPDATE OF answer ON platform.operator_request
    FOR EACH ROW WHEN (NEW.answer IS NOT NULL) EXECUTE FUNCTION platform.wait_with_answer()`);
  const body = { slug: 'globex-again', name: 'Globex again', data: true };
  const asked = client.post('/admin/tenants/{id}/clone', { params: { id: 'globex' }, body });
  const clones = () => database.admin<{ id: string }>(`SELECT id FROM platform.tenant_operation WHERE kind = 'clone'`);
  await eventually('the clone is begun', async () => (await clones()).length === 1);
  const [begun] = await clones();
  await server.stop('SIGKILL');
  // Or Postgres would carry the statement out that keeps the answer: nobody tells it that its client is dead.
  for (const { pid } of await holder.waiting()) await database.admin('SELECT pg_terminate_backend($1)', [pid]);
  await holder.release();
  await start(new URL(url).port);
  expect(await asked).toMatchObject({ id: begun?.id });
  expect(await clones()).toHaveLength(1);
  const isMade = async () =>
    (await database.admin(`SELECT FROM platform.tenant WHERE slug = 'globex-again' AND status = 'active'`)).length;
  await eventually('the clone is made', async () => (await isMade()) === 1);
});
