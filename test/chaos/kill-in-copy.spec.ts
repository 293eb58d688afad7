import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NotesModule } from '@tenantry/example-notes';
import { OrdersModule } from '@tenantry/example-orders';
import { LongOperations } from '@tenantry/tenancy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OperationSweeper } from '../../libs/onboarding/src/operations/operation-sweeper.js';
import { buildServer } from '../support/build.js';
import { rawHeader } from '../support/archive-forgery.js';
import { exportOf, importArchive, type ImportAnswer } from '../support/archives.js';
import { HELD_TITLE, HeldRows } from '../support/held-rows.js';
import { ServerProcess } from '../support/server-process.js';
import { contentOf } from '../support/tenant-content.js';
import { TestClient } from '../support/test-client.js';
import { OPERATOR, startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { schemaOf } from '../support/test-users.js';

const EPHEMERAL = ['user_session', 'idempotency_key', 'invitation'];
/** Of the file that the server may write, in KiB. */
const LARGEST_FILE = 4096;

let folder: string;
let platform: TestPlatform;
let source: TestTenant;
let target: TestTenant;
let archive: Buffer;
let server: ServerProcess;
let operator: TestClient;

beforeAll(async () => {
  await buildServer();
  folder = await mkdtemp(join(tmpdir(), 'tenantry-chaos-'));
  platform = await startPlatform({
    modules: [NotesModule, OrdersModule],
    environment: { TENANTRY_EXPORT_DIR: folder },
  });
  const { settings, url } = platform.database;
  const environment = {
    DATABASE_URL: url,
    TENANTRY_INSTALLATION: settings.get('TENANTRY_INSTALLATION'),
    TENANTRY_SECRET: settings.get('TENANTRY_SECRET') ?? '',
    TENANTRY_EXPORT_DIR: folder,
    TENANTRY_WARM_POOL_MAX: '0',
    TENANTRY_LOG_LEVEL: 'error',
  };
  server = new ServerProcess(environment, 'api', LARGEST_FILE);
  [source, target] = [await platform.createTenant('source'), await platform.createTenant('target')];
  await platform.database.admin(
    `INSERT INTO ${schemaOf(source)}.note (title, body)
     SELECT CASE n WHEN 1500 THEN '${HELD_TITLE}' ELSE 'note ' || n END, repeat('x', 200) FROM generate_series(1, 3000) n`,
  );
  await target.owner.post('/notes', { title: 'of target', body: '' });
  archive = await exportOf(platform, source);
  operator = await new TestClient(await server.listening()).signIn('/admin/auth/login', OPERATOR);
});

afterAll(async () => {
  await server.stop('SIGKILL');
  await platform.close();
  await rm(folder, { recursive: true });
});

const app = <T>(token: abstract new (...args: never[]) => T): T =>
  platform.platform.app.get<T>(token, { strict: false });
const told = async ({ body }: ImportAnswer) =>
  (await platform.operator.get(`/admin/operations/${String(body['id'])}`)).body;
const schemasBeside = () =>
  platform.database.admin(`SELECT nspname FROM pg_namespace WHERE nspname ~ '^(import|replaced)_'`);

it('a disk that is full refuses an archive, and keeps nothing of it', async () => {
  const bytes = LARGEST_FILE * 2048;
  const large = [rawHeader('data/note/000001.copy', '0', bytes.toString(8).padStart(11, '0')), Buffer.alloc(bytes)];
  const sent = Buffer.concat([archive.subarray(0, 1024), ...large]);
  expect(await importArchive(operator, sent, { slug: 'never' })).toMatchObject({ status: 507 });
  expect((await readdir(folder)).filter((name) => name.startsWith('upload'))).toEqual([]);
  expect((await platform.operator.get('/admin/tenants/never')).status).toBe(404);
});

describe('a server that is killed between two rows of a COPY', () => {
  it('leaves old data as it was and no half tenant; the next process goes on, or undoes what is cancelled', async () => {
    const before = await contentOf(platform, schemaOf(target), EPHEMERAL);
    const held = await HeldRows.plant(platform.database);
    const replace = { tenant: 'target', replace: 'true', confirm: 'target' };
    const making = await importArchive(operator, archive, { slug: 'made' });
    const replacing = await importArchive(operator, archive, replace);
    expect([making.status, replacing.status]).toEqual([202, 202]);
    await held.reached(2);
    await server.stop('SIGKILL');
    expect(await contentOf(platform, schemaOf(target), EPHEMERAL)).toEqual(before);
    expect((await target.owner.get('/notes')).status).toBe(200);
    expect([404, 503]).toContain((await platform.anyone.with({ 'x-tenant': 'made' }).get('/me')).status);
    const cancelled = await platform.operator.post(`/admin/operations/${String(replacing.body['id'])}/cancel`);
    expect(cancelled.status).toBe(200);

    await held.end();
    await app(OperationSweeper).sweep(0);
    await app(LongOperations).settled();

    expect(await told(making)).toMatchObject({ status: 'succeeded' });
    const { tenantId } = (await told(making))['result'] as { tenantId: string };
    const content = await contentOf(platform, schemaOf({ ...source, id: tenantId }), EPHEMERAL);
    expect(content).toEqual(await contentOf(platform, schemaOf(source), EPHEMERAL));
    expect(await told(replacing)).toMatchObject({ status: 'failed' });
    expect(await contentOf(platform, schemaOf(target), EPHEMERAL)).toEqual(before);
    expect(await schemasBeside()).toEqual([]);
    expect((await readdir(folder)).filter((name) => /^upload|part$/.test(name))).toEqual([]);
  });
});
