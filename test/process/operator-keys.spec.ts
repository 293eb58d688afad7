import { TenantryClient } from '@tenantry/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { holdTable } from '../support/held-table.js';
import { buildServer, ServerProcess } from '../support/server-process.js';
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
  buildServer();
  database = await createTestDatabase();
}, 120_000);

afterAll(async () => {
  await server.stop();
  await database.drop();
});

it('a client whose server is killed while it makes a tenant gets that tenant from the next server', async () => {
  const url = await start('0');
  const client = new TenantryClient({ url, retry: { attempts: 500, firstPause: 20, longestPause: 100 } });
  await client.signInOperator(OPERATOR);
  await client.post('/admin/tenants', { body: { slug: 'globex', name: 'x', owner: { email: 'o@globex.example' } } });
  const slug = 'acme';
  const release = await holdTable(database, 'platform.subscription');
  const asked = client.post('/admin/tenants', { body: { slug, name: slug, owner: { email: `o@${slug}.example` } } });
  const tenants = () => database.admin<{ id: string }>('SELECT id FROM platform.tenant WHERE slug = $1', [slug]);
  await eventually('the tenant is begun', async () => (await tenants()).length === 1);
  const [begun] = await tenants();
  await server.stop('SIGKILL');
  await release();
  await start(new URL(url).port);
  const made = await asked;
  expect(made).toMatchObject({ id: begun?.id, slug, status: 'active' });
  const token = made.ownerInvitation?.token ?? '';
  const owner = new TenantryClient({ url, tenant: slug });
  const accepted = await owner.post('/invitations/accept', { body: { token, password: 'correct-horse-battery' } });
  expect(accepted).toMatchObject({ email: `o@${slug}.example` });
  expect(await tenants()).toHaveLength(1);
}, 60_000);
