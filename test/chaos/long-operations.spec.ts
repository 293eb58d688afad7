import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NotesModule } from '@tenantry/example-notes';
import { OrdersModule } from '@tenantry/example-orders';
import { LongOperations } from '@tenantry/tenancy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OperationSweeper } from '../../libs/onboarding/src/operations/operation-sweeper.js';
import { buildServer } from '../support/build.js';
import { exportOf, importArchive } from '../support/archives.js';
import { environmentOf } from '../support/command.js';
import { succeeded } from '../support/operations.js';
import { RowStop } from '../support/row-stop.js';
import { ServerProcess } from '../support/server-process.js';
import { StepStops } from '../support/step-stops.js';
import { contentOf } from '../support/tenant-content.js';
import { itemsOf, TestClient, type TestResponse } from '../support/test-client.js';
import { OPERATOR, startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { schemaOf } from '../support/test-users.js';

const EPHEMERAL = ['user_session', 'idempotency_key', 'invitation'];
const TITLES = ['first', 'middle', 'last'];

let folder: string;
let platform: TestPlatform;
/** Another process over the same database. */
let other: TestPlatform;
let stops: StepStops;
let source: TestTenant;
let archive: Buffer;
let server: ServerProcess | undefined;

beforeAll(async () => {
  await buildServer();
  folder = await mkdtemp(join(tmpdir(), 'tenantry-long-'));
  const environment = { TENANTRY_EXPORT_DIR: folder };
  platform = await startPlatform({ modules: [NotesModule, OrdersModule], environment });
  other = await platform.another();
  source = await platform.createTenant('source');
  for (const title of TITLES) await source.owner.post('/notes', { title, body: '' });
  archive = await exportOf(platform, source);
  stops = await StepStops.plant(platform.database);
});

afterAll(async () => {
  await server?.stop('SIGKILL');
  await stops.end();
  await other.close();
  await platform.close();
  await rm(folder, { recursive: true });
});

const parts = ({ platform: { app } }: TestPlatform) => ({
  sweeper: app.get(OperationSweeper, { strict: false }),
  operations: app.get(LongOperations, { strict: false }),
});

/** What a process does that finds operations which are not at an end. */
async function sweep(process: TestPlatform): Promise<void> {
  const { sweeper, operations } = parts(process);
  await sweeper.sweep(0);
  await operations.settled();
}

const content = (schema: string) => contentOf(platform, schema, EPHEMERAL);
const operationsOf = (kind: string) =>
  platform.database.admin<{ status: string; steps: number }>(
    'SELECT status, jsonb_array_length(steps) AS steps FROM platform.tenant_operation WHERE kind = $1 ORDER BY created_at',
    [kind],
  );

async function schemaOfSlug(slug: string): Promise<string> {
  const { body } = await platform.operator.get(`/admin/tenants/${slug}`);
  return schemaOf({ id: String(body['id']) } as TestTenant);
}

/** Begins it at one process, and has it held up where its work is done and not yet written down. */
async function beginHeld(kind: string, step: string, ask: () => Promise<TestResponse>): Promise<TestResponse> {
  await stops.at(kind, step);
  const begun = await ask();
  await stops.reached(1);
  return begun;
}

describe('of two processes that meet an operation', () => {
  const cases: [string, string, () => Promise<TestResponse>][] = [
    ['export', 'write-archive', () => platform.operator.post('/admin/tenants/source/export', {})],
    [
      'clone',
      'copy-data',
      () => platform.operator.post('/admin/tenants/source/clone', { slug: 'clone', name: 'Clone', data: true }),
    ],
    ['import', 'load-rows', () => importArchive(platform.operator, archive, { slug: 'import' })],
  ];

  it.each(cases)('one carries the %s out, and the other leaves it alone', async (kind, step, ask) => {
    const files = await readdir(folder);
    const begun = await beginHeld(kind, step, ask);
    const held = await operationsOf(kind);
    await sweep(other);
    await stops.reached(1); // were the other at it, two would wait
    expect(await operationsOf(kind)).toEqual(held);
    await stops.release();
    await succeeded(platform.operator, begun);
    const done = await operationsOf(kind);
    await sweep(other);
    expect(await operationsOf(kind)).toEqual(done);
    const made = (await readdir(folder)).filter((name) => !files.includes(name));
    expect(made.map((name) => name.endsWith('.tar'))).toEqual(kind === 'export' ? [true] : []);
    if (kind !== 'export') expect(await content(await schemaOfSlug(kind))).toEqual(await content(schemaOf(source)));
  });
});

describe('a server that is killed in the middle of a COPY', () => {
  /** Where rows go, once there is a place for them. */
  const target = async (kind: string, slug: string) => {
    if (kind === 'import') return schemaOfSlug(slug);
    const [row] = await platform.database.admin<{ id: string }>(
      `SELECT id FROM platform.tenant_operation WHERE kind = $1 AND status = 'running'`,
      [kind],
    );
    return `import_${(row?.id ?? '').replaceAll('-', '')}`;
  };

  it.each<[string, string, Record<string, string>]>([
    ['import', 'cut-off', { slug: 'cut-off' }],
    ['replace', 'replaced', { tenant: 'replaced', replace: 'true', confirm: 'replaced' }],
  ])('leaves nothing of the %s, and the next ends it', async (kind, slug, query) => {
    const before = kind === 'replace' ? await platform.createTenant(slug) : undefined;
    await before?.owner.post('/notes', { title: 'before', body: '' });
    server = new ServerProcess({
      ...environmentOf(platform.database),
      TENANTRY_EXPORT_DIR: folder,
      TENANTRY_WARM_POOL_MAX: '0',
      TENANTRY_LOG_LEVEL: 'error',
    });
    const operator = await new TestClient(await server.listening()).signIn('/admin/auth/login', OPERATOR);
    await stops.at(kind, 'build-schema');
    expect((await importArchive(operator, archive, query)).status).toBe(202);
    await stops.reached(1);
    const table = `${await target(kind, slug)}.note`;
    const row = await RowStop.plant(platform.database, table, 'middle');
    await stops.release();
    await row.reached();
    await server.stop('SIGKILL');
    await row.clear();
    expect(await platform.database.admin(`SELECT FROM ${table}`)).toEqual([]);
    if (before) expect(itemsOf(await before.owner.get('/notes')).map(({ title }) => title)).toEqual(['before']);

    await sweep(platform);
    expect((await platform.operator.get(`/admin/tenants/${slug}`)).body['status']).toBe('active');
    expect(await content(await schemaOfSlug(slug))).toEqual(await content(schemaOf(source)));
    expect((await readdir(folder)).filter((name) => /^upload|part$/.test(name))).toEqual([]);
  });
});
