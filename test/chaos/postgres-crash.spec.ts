import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServer } from '../support/build.js';
import { ROUNDS, shuffled } from '../support/chaos.js';
import { EmbeddedDatabase } from '../support/embedded-database.js';
import { eventually, LONG } from '../support/eventually.js';
import { HealthWatch } from '../support/health-watch.js';
import { NoteLoad } from '../support/note-load.js';
import { ServerProcess } from '../support/server-process.js';
import { TestClient } from '../support/test-client.js';
import { OPERATOR, PASSWORD } from '../support/test-platform.js';

/** What no client may read. */
const INTERNAL = /postgres|sql|relation|schema|\bt_[0-9a-f]{32}|ECONN|EPIPE|terminat|node_modules|\.[jt]s\b|\bat /i;

interface Tenant {
  readonly slug: string;
  readonly schema: string;
  /** Its owner, at each of the servers. */
  readonly owners: readonly [TestClient, TestClient];
}

let folder: string;
let database: EmbeddedDatabase;
let servers: ServerProcess[];
let urls: readonly [string, string];
let operator: TestClient;
let tenants: readonly [Tenant, Tenant];

beforeAll(async () => {
  await buildServer();
  folder = await mkdtemp(join(tmpdir(), 'tenantry-crash-'));
  await chmod(folder, 0o755);
  database = new EmbeddedDatabase(folder);
  const first = start();
  servers = [first];
  const url = await first.listening();
  const second = start();
  servers.push(second);
  urls = [url, await second.listening()];
  operator = await new TestClient(url).signIn('/admin/auth/login', OPERATOR);
  tenants = [await createTenant('acme'), await createTenant('globex')];
});

afterAll(async () => {
  for (const server of servers) await server.stop();
  await rm(folder, { recursive: true });
});

function start(): ServerProcess {
  return new ServerProcess({
    TENANTRY_DATA_DIR: folder,
    TENANTRY_OPERATOR_EMAIL: OPERATOR.email,
    TENANTRY_OPERATOR_PASSWORD: OPERATOR.password,
    TENANTRY_MODULES: './test/support/held.module.mjs',
    TENANTRY_USAGE_FLUSH: '1',
  });
}

async function createTenant(slug: string): Promise<Tenant> {
  const owner = { email: `owner@${slug}.example`, password: PASSWORD };
  const { body } = await operator.post('/admin/tenants', { slug, name: slug, owner });
  const [one, other] = await Promise.all(
    urls.map((url) => new TestClient(url, { 'x-tenant': slug }).signIn('/auth/login', owner)),
  );
  if (!one || !other) throw new Error('Nobody signed in.');
  return { slug, schema: `t_${String(body['id']).replaceAll('-', '')}`, owners: [one, other] };
}

/** A job that is at work until Postgres dies, or lets it go on. */
async function beginJob({ schema }: Tenant): Promise<void> {
  const gate = await database.connect();
  await gate.query(`BEGIN; LOCK TABLE ${schema}.gate`);
  await enqueue(schema);
  await eventually('the job waits at the gate', async () => {
    const waiting = `SELECT FROM pg_locks WHERE NOT granted AND relation = '${schema}.gate'::regclass`;
    return (await database.query(waiting)).length === 1;
  });
}

const enqueue = (schema: string) =>
  database.query(
    `BEGIN; SET LOCAL ROLE ${schema}; SELECT extensions.enqueue_task('held.work', '{}', NULL, NULL, NULL, NULL); COMMIT`,
  );

async function jobsOf({ schema }: Tenant): Promise<number[]> {
  const waiting = await database.query(`SELECT FROM platform.job WHERE task = 'held.work'`);
  const done = await database.query<{ attempt: number }>(`SELECT attempt FROM ${schema}.held ORDER BY id`);
  return waiting.length > 0 ? [] : done.map(({ attempt }) => attempt);
}

async function usageOf({ slug }: Tenant): Promise<number> {
  const [row] = await database.query<{ requests: number }>(
    `SELECT coalesce(sum(requests), 0)::int AS requests FROM platform.usage_hour
     WHERE tenant_id = (SELECT id FROM platform.tenant WHERE slug = $1)`,
    [slug],
  );
  return row?.requests ?? 0;
}

/** Also a key, which has no spaces. */
const titleOf = (name: string, client: string) => `${name.replaceAll(' ', '-')}-${client}`;

/** Two clients of each tenant at each server. */
function beginLoad(name: string): NoteLoad[] {
  return tenants.map(({ owners }) => {
    const load = new NoteLoad();
    owners.forEach((owner, server) => {
      for (const client of ['a', 'b']) load.add(owner, titleOf(name, `${server}${client}`));
    });
    return load;
  });
}

const lastly = (status: number, watches: HealthWatch[]) =>
  Math.max(...watches.map(({ becameAt }) => becameAt.get(status) ?? 0));

/**
 * Kills until both servers have said that they are not ready: where Postgres was back before anybody asked, again.
 *
 * @returns the moment of the last one
 */
async function killUntilSeen(kill: () => Promise<void>, watches: HealthWatch[]): Promise<number> {
  const isSeen = () => watches.every(({ readiness }) => readiness.includes(503));
  for (;;) {
    const restarted = await database.restartWitness();
    const killed = Date.now();
    await kill();
    await restarted();
    const asked = watches.map((watch) => watch.asked);
    // The second answer from here on was asked for when Postgres was back.
    const areAsked = () => watches.every((watch, index) => watch.asked > (asked[index] ?? 0) + 1 && watch.isReady);
    await eventually('both servers were asked again', () => Promise.resolve(areAsked()), LONG);
    if (isSeen()) return killed;
  }
}

/** Ends when every client is served again. */
async function crash(
  name: string,
  kill: () => Promise<void>,
  loads: NoteLoad[],
  watches: HealthWatch[],
): Promise<void> {
  const begun = Date.now();
  const areServed = (moment: number) => loads.every((load) => load.isServedSince(moment));
  await eventually('every client is served', () => Promise.resolve(areServed(begun)), LONG);
  const killed = await killUntilSeen(kill, watches);
  const [seen, ready] = [lastly(503, watches), lastly(200, watches)];
  const areReady = () => watches.every(({ isReady }) => isReady);
  await eventually('both serve every client', () => Promise.resolve(areServed(seen) && areReady()), LONG);
  process.stdout.write(
    `kill -9 of ${name}: both servers said so after ${seen - killed} ms, were ready again after ${ready - killed} ms, ` +
      `and had served every client after ${Date.now() - killed} ms.\n`,
  );
}

const CRASHES: [string, () => Promise<void>][] = [
  ['Postgres', () => database.killPostmaster()],
  ['one backend of Postgres', () => database.killBackend()],
];
const crashes = Array.from({ length: ROUNDS }, (_, round) =>
  shuffled(CRASHES, round).map(([name, kill]) => [round > 0 ? `${round} ${name}` : name, kill] as const),
).flat();

describe.each(crashes)('kill -9 of %s under load', (name, kill) => {
  let loads: NoteLoad[];
  let watches: HealthWatch[];
  let usageBefore: number[];

  beforeAll(async () => {
    usageBefore = await Promise.all(tenants.map(usageOf));
    await beginJob(tenants[0]);
    watches = urls.map((url) => new HealthWatch(url));
    loads = beginLoad(name);
    await crash(name, kill, loads, watches);
    for (const watch of watches) await watch.end();
    for (const load of loads) await load.end();
  });

  it('turns readiness red and never liveness', () => {
    for (const { readiness, liveness } of watches) {
      expect([readiness[0], readiness[1], readiness.at(-1)]).toEqual([200, 503, 200]);
      expect(liveness).toEqual([200]);
    }
  });

  it('is told to clients as 503 with Retry-After, and as nothing else', () => {
    const refusals = loads.flatMap((load) => load.refusals);
    const told = refusals.map(({ status, headers, body }) =>
      [status, body['code'], headers.get('retry-after'), headers.get('content-type')].join(' '),
    );
    expect([...new Set(told)]).toEqual(['503 SERVER_BUSY 1 application/problem+json; charset=utf-8']);
    expect(refusals.map(({ text }) => text).filter((text) => INTERNAL.test(text))).toEqual([]);
  });

  it('loses nothing that was acknowledged and does nothing twice', async () => {
    for (const [index, { schema }] of tenants.entries()) {
      const notes = await database.query<{ title: string }>(
        `SELECT title FROM ${schema}.note WHERE starts_with(title, $1) ORDER BY title`,
        [titleOf(name, '')],
      );
      const { acknowledged = [] } = loads[index] ?? {};
      expect(notes.map(({ title }) => title).sort()).toEqual([...acknowledged].sort());
    }
  });

  it('leaves work in the background to be done again', async () => {
    await eventually('the job that was under way is done', async () => (await jobsOf(tenants[0])).length > 0, LONG);
    expect((await jobsOf(tenants[0])).at(-1)).toBeGreaterThan(1);
    await enqueue(tenants[1].schema);
    await eventually('a new job is done', async () => (await jobsOf(tenants[1])).at(-1) === 1);
  });

  it('loses no request that was counted and counts none twice', async () => {
    for (const [index, tenant] of tenants.entries()) {
      const { sent = 0, succeeded = 0 } = loads[index] ?? {};
      const before = usageBefore[index] ?? 0;
      await eventually('all is written', async () => (await usageOf(tenant)) - before >= succeeded);
      expect((await usageOf(tenant)) - before).toBeLessThanOrEqual(sent);
    }
  });

  it('lets servers hear of each other again: of maintenance and of sessions that ended', async () => {
    const [{ slug, owners }] = tenants;
    const [here, there] = owners;
    expect((await there.get('/notes')).status).toBe(200);
    await operator.post(`/admin/tenants/${slug}/maintenance`, {});
    await eventually('the other has heard', async () => (await there.get('/notes')).status === 503);
    await operator.post(`/admin/tenants/${slug}/resume`);
    await eventually('the other has heard again', async () => (await there.get('/notes')).status === 200);

    const owner = { email: `owner@${slug}.example`, password: PASSWORD };
    const session = await new TestClient(urls[0], { 'x-tenant': slug }).signIn('/auth/login', owner);
    const elsewhere = new TestClient(urls[1], session.headers);
    expect((await elsewhere.get('/notes')).status).toBe(200);
    expect((await session.post('/auth/logout')).status).toBe(204);
    await eventually('the session is over at the other', async () => (await elsewhere.get('/notes')).status === 401);
    expect((await here.get('/notes')).status).toBe(200);
  });
});
