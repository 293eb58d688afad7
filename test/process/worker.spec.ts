import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildServer } from '../support/build.js';
import { eventually } from '../support/eventually.js';
import { Holder } from '../support/holder.js';
import { ServerProcess } from '../support/server-process.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { TestClient } from '../support/test-client.js';

const SECRET = 'a-secret-of-at-least-thirty-two-characters';
const OPERATOR = { email: 'operator@example.com', password: 'operator-password-1' };
let database: TestDatabase;
let schema: string;
let server: ServerProcess;
let running: ServerProcess[] = [];

const start = (app: 'api' | 'worker', environment: Record<string, string> = {}): ServerProcess => {
  const process = new ServerProcess(
    {
      DATABASE_URL: database.url,
      TENANTRY_INSTALLATION: database.settings.get('TENANTRY_INSTALLATION'),
      TENANTRY_SECRET: SECRET,
      TENANTRY_OPERATOR_EMAIL: OPERATOR.email,
      TENANTRY_OPERATOR_PASSWORD: OPERATOR.password,
      TENANTRY_MODULES: './test/support/held.module.mjs',
      ...environment,
    },
    app,
  );
  running.push(process);
  return process;
};
const startWorker = async (): Promise<ServerProcess> => {
  const worker = start('worker');
  await worker.said(/Working in the background/);
  return worker;
};

beforeAll(async () => {
  await buildServer();
  database = await createTestDatabase();
  server = start('api', { TENANTRY_WORKER: 'off' });
  const operator = await new TestClient(await server.listening()).signIn('/admin/auth/login', OPERATOR);
  const owner = { email: 'owner@acme.example', password: 'correct-horse-battery' };
  const { body } = await operator.post('/admin/tenants', { slug: 'acme', name: 'Acme', owner });
  schema = `t_${String(body['id']).replaceAll('-', '')}`;
});

afterEach(async () => {
  for (const process of running.filter((each) => each !== server)) await process.stop();
  running = [server];
});

afterAll(async () => {
  await server.stop();
  await database.drop();
});

/** Holds up whatever reads the tenant's gate. */
const closeGate = () => Holder.of(database, `LOCK TABLE ${schema}.gate`);

const asTenant = (sql: string) => database.admin(`BEGIN; SET LOCAL ROLE ${schema}; ${sql}; COMMIT`);
const done = async () =>
  (await database.admin<{ attempt: number }>(`SELECT attempt FROM ${schema}.held ORDER BY id`)).map(
    (row) => row.attempt,
  );
const status = async () =>
  (await database.admin<{ status: string }>('SELECT status FROM platform.job')).map((row) => row.status);

describe('a worker of its own', () => {
  it.each([
    ['job', `SELECT extensions.enqueue_task('held.work', '{}', NULL, NULL, NULL, NULL)`, 2],
    ['event', `SELECT extensions.emit_event('held.happened', 'HeldHappened', '{}')`, 0],
  ])('that is killed while it works at one %s leaves it to another', async (_, write, attempt) => {
    await database.admin(`DELETE FROM ${schema}.held`);
    const gate = await closeGate();
    const doomed = await startWorker();
    await asTenant(write);
    await gate.reached('the work waits at the gate');
    await doomed.stop('SIGKILL');
    const heir = await startWorker();
    await gate.release();
    await eventually('the other has done it', async () => (await status()).length === 0);
    // What the killed one had asked of Postgres may still have been answered there; the record of it was lost with it.
    expect((await done()).at(-1)).toBe(attempt);
    expect(await heir.stop('SIGTERM')).toBe(0);
  });

  it('that is killed between telling an event and writing that down leaves it to another, who tells it again', async () => {
    await database.admin(`DELETE FROM ${schema}.held`);
    const gate = await closeGate();
    const doomed = await startWorker();
    await asTenant(`SELECT extensions.emit_event('held.happened', 'HeldHappened', '{}')`);
    await gate.reached('the work waits at the gate');
    const record = await Holder.of(database, 'SELECT FROM platform.job FOR UPDATE');
    await gate.release();
    await eventually('it is told, and its record waits', async () =>
      (await record.waiting()).some(({ query }) => query.startsWith('DELETE FROM platform.job')),
    );
    expect(await done()).toEqual([0]);
    await doomed.stop('SIGKILL');
    // What it had asked for must not be done in its name when the row is free.
    await database.admin(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'DELETE FROM platform.job%' AND datname = current_database()`,
    );
    await record.release();
    const heir = await startWorker();
    await eventually('it is told again', async () => (await status()).length === 0);
    expect(await done()).toEqual([0, 0]);
    expect(await heir.stop('SIGTERM')).toBe(0);
  });

  it('lets a job under way end before it stops', async () => {
    await database.admin(`DELETE FROM ${schema}.held`);
    const gate = await closeGate();
    const worker = await startWorker();
    await asTenant(`SELECT extensions.enqueue_task('held.work', '{}', NULL, NULL, NULL, NULL)`);
    await gate.reached('the work waits at the gate');
    worker.signal('SIGTERM');
    await worker.said(/SIGTERM/);
    await gate.release();
    expect(await worker.end()).toBe(0);
    expect([await done(), await status()]).toEqual([[1], []]);
  });
});
