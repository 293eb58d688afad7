import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NotesModule } from '@tenantry/example-notes';
import { OrdersModule } from '@tenantry/example-orders';
import { LongOperations, OperationPlans, type TenantOperationEntity } from '@tenantry/tenancy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OperationSweeper } from '../../libs/onboarding/src/operations/operation-sweeper.js';
import { buildServer } from '../support/build.js';
import { exportOf, importArchive } from '../support/archives.js';
import { ROUNDS, shuffled } from '../support/chaos.js';
import { ServerProcess } from '../support/server-process.js';
import { StepStops } from '../support/step-stops.js';
import { contentOf } from '../support/tenant-content.js';
import { TestClient } from '../support/test-client.js';
import { OPERATOR, PASSWORD, startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { schemaOf } from '../support/test-users.js';

const EPHEMERAL = ['user_session', 'idempotency_key', 'invitation'];

let folder: string;
let platform: TestPlatform;
let stops: StepStops;
let archive: Buffer;
/** Started while the one before is still needed: starting takes longest. */
let next: ServerProcess;
const running = new Set<ServerProcess>();

beforeAll(async () => {
  await buildServer();
  folder = await mkdtemp(join(tmpdir(), 'tenantry-chaos-'));
  const environment = { TENANTRY_EXPORT_DIR: folder };
  platform = await startPlatform({ modules: [NotesModule, OrdersModule], environment });
  archive = await exportOf(platform, await tenantWithNote('source'));
  stops = await StepStops.plant(platform.database);
  next = start();
});

afterAll(async () => {
  for (const server of running) await server.stop('SIGKILL');
  await stops.end();
  await platform.close();
  await rm(folder, { recursive: true });
});

const app = <T>(token: abstract new (...args: never[]) => T): T =>
  platform.platform.app.get<T>(token, { strict: false });

function start(): ServerProcess {
  const { settings, url } = platform.database;
  const server = new ServerProcess({
    DATABASE_URL: url,
    TENANTRY_INSTALLATION: settings.get('TENANTRY_INSTALLATION'),
    TENANTRY_SECRET: settings.get('TENANTRY_SECRET') ?? '',
    TENANTRY_EXPORT_DIR: folder,
    TENANTRY_WARM_POOL_MAX: '0', // with a waiting schema there is one step only
    TENANTRY_LOG_LEVEL: 'error',
  });
  running.add(server);
  return server;
}

async function tenantWithNote(slug: string): Promise<TestTenant> {
  const tenant = await platform.createTenant(slug);
  await tenant.owner.post('/notes', { title: `of ${slug}`, body: '' });
  return tenant;
}

/** How each kind is asked for, and what must be so in the end. */
interface Subject {
  /** What there must be before. */
  prepare(slug: string): Promise<unknown>;
  ask(operator: TestClient, slug: string): Promise<{ readonly status: number }>;
  /** After the next process has gone on with it, and after asking once more. */
  check(slug: string, prepared: unknown): Promise<void>;
  /** Statuses of asking once more when all is done. */
  readonly again: readonly number[];
}

const owner = (slug: string) => ({ email: `owner@${slug}.example`, password: PASSWORD });
const status = async (slug: string) => (await platform.operator.get(`/admin/tenants/${slug}`)).body['status'];

/** The tenant lets its owner in, and its tables work. */
async function isWhole(slug: string, credentials: object, titles: string[]): Promise<void> {
  expect(await status(slug)).toBe('active');
  const client = await platform.anyone.with({ 'x-tenant': slug }).signIn('/auth/login', credentials);
  const notes = await client.get('/notes');
  expect((notes.body['_embedded'] as { item: { title: string }[] }).item.map(({ title }) => title)).toEqual(titles);
  expect((await client.post('/notes', { title: 'more', body: '' })).status).toBe(201);
}

const subjects: Record<string, Subject> = {
  create: {
    prepare: () => Promise.resolve(),
    ask: (operator, slug) => operator.post('/admin/tenants', { slug, name: slug, owner: owner(slug) }),
    check: (slug) => isWhole(slug, owner(slug), []),
    again: [409],
  },
  purge: {
    prepare: (slug) => tenantWithNote(slug),
    ask: (operator, slug) => operator.delete(`/admin/tenants/${slug}?purge=true&confirm=${slug}`),
    check: async (slug, prepared) => {
      expect(await status(slug)).toBe(404);
      const schema = schemaOf(prepared as TestTenant);
      expect(await platform.database.admin('SELECT FROM pg_namespace WHERE nspname = $1', [schema])).toEqual([]);
      expect(await platform.database.admin('SELECT FROM pg_roles WHERE rolname = $1', [schema])).toEqual([]);
    },
    again: [404],
  },
  export: {
    prepare: (slug) => tenantWithNote(slug),
    ask: (operator, slug) => operator.post(`/admin/tenants/${slug}/export`, {}),
    check: async (slug) => {
      const files = (await readdir(folder)).filter((name) => name.startsWith(slug));
      expect(files.filter((name) => name.endsWith('.tar')).length).toBeGreaterThan(0);
      expect(files.filter((name) => name.endsWith('.part'))).toEqual([]);
      await isWhole(slug, owner(slug), [`of ${slug}`]);
    },
    again: [202],
  },
  clone: {
    prepare: (slug) => tenantWithNote(`${slug}-from`),
    ask: (operator, slug) => operator.post(`/admin/tenants/${slug}-from/clone`, { slug, name: slug, data: true }),
    check: (slug) => isWhole(slug, owner(`${slug}-from`), [`of ${slug}-from`]),
    again: [409],
  },
  import: {
    prepare: () => Promise.resolve(),
    ask: (operator, slug) => importArchive(operator, archive, { slug }),
    check: (slug) => isWhole(slug, owner('source'), ['of source']),
    again: [409],
  },
  replace: {
    prepare: (slug) => tenantWithNote(slug),
    ask: (operator, slug) => importArchive(operator, archive, { tenant: slug, replace: 'true', confirm: slug }),
    check: async (slug, prepared) => {
      const content = await contentOf(platform, schemaOf(prepared as TestTenant), EPHEMERAL);
      expect(content['note']?.join()).toContain('of source');
      await isWhole(slug, owner('source'), ['of source']);
    },
    again: [202],
  },
};

/** Steps as the plans themselves name them; those of a kind that this suite does not know make it fail. */
function stepsOf(kind: string): readonly string[] {
  const input = { data: true };
  return (
    app(OperationPlans)
      .of(kind)
      ?.stepsOf({ kind, input, steps: [] } as unknown as TenantOperationEntity) ?? []
  );
}

interface Case {
  readonly kind: string;
  readonly step: string;
  readonly slug: string;
}

/** Kinds that take turns with each other: a process carries two long operations out at a time, and others besides. */
const LANES = [
  ['create', 'purge'],
  ['import', 'export'],
  ['replace', 'clone'],
];

/** What is cut off together: of each lane one case. */
function waves(round: number): Case[][] {
  const lanes = LANES.map((kinds) =>
    shuffled(
      kinds.flatMap((kind) => stepsOf(kind).map((step, index) => ({ kind, step, slug: `${kind}-${round}-${index}` }))),
      round,
    ),
  );
  const longest = Math.max(...lanes.map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) => lanes.flatMap((lane) => lane.slice(index, index + 1)));
}

function subjectOf({ kind }: Case): Subject {
  const subject = subjects[kind];
  if (!subject) throw new Error(`How is a ${kind} asked for?`);
  return subject;
}

async function killedAt(wave: readonly Case[]): Promise<void> {
  const prepared = await Promise.all(wave.map((each) => subjectOf(each).prepare(each.slug)));
  const server = next;
  const operator = await new TestClient(await server.listening()).signIn('/admin/auth/login', OPERATOR);
  for (const { kind, step } of wave) await stops.at(kind, step);
  const asked = wave.map((each) =>
    subjectOf(each)
      .ask(operator, each.slug)
      .catch(() => undefined),
  );
  await stops.reached(wave.length);
  await server.stop('SIGKILL');
  running.delete(server);
  next = start();
  await Promise.all(asked);
  await stops.clear();
  await goOn();
  for (const [index, each] of wave.entries()) await subjectOf(each).check(each.slug, prepared[index]);
  for (const each of wave) {
    const again = await subjectOf(each).ask(platform.operator, each.slug);
    expect([each.kind, each.step, subjectOf(each).again]).toEqual([
      each.kind,
      each.step,
      expect.arrayContaining([again.status]),
    ]);
  }
  await app(LongOperations).settled();
}

/** What the next process does. */
async function goOn(): Promise<void> {
  await app(OperationSweeper).sweep(0);
  await app(LongOperations).settled();
}

describe('a server that is killed at any step of any operation', () => {
  it('is one whose operations are all cut off here', () => {
    const kinds = app(OperationPlans).kinds;
    expect(kinds).toEqual(expect.arrayContaining(LANES.flat()));
    expect(LANES.flat().sort()).toEqual(Object.keys(subjects).sort());
    expect(waves(0).flat().length).toBeGreaterThan(25);
  });

  it('leaves every tenant whole or absent, and asking again ends well', async () => {
    for (let round = 0; round < ROUNDS; round += 1) for (const wave of waves(round)) await killedAt(wave);
    const schemas = await platform.database.admin(
      `SELECT nspname FROM pg_namespace WHERE nspname ~ '^(import|replaced)_'`,
    );
    const open = await platform.database.admin(`SELECT FROM platform.tenant_operation WHERE status = 'running'`);
    expect([schemas, open]).toEqual([[], []]);
    expect((await readdir(folder)).filter((name) => /^upload|part$/.test(name))).toEqual([]);
  });
});
