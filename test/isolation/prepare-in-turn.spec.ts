import { NotesModule } from '@tenantry/example-notes';
import { createPlatform, StructuredLogger } from '@tenantry/platform';
import { prepareDatabase, roleInput, tenancyMetadata } from '@tenantry/tenancy';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loginUrl } from '../../libs/tenancy/src/roles/login-roles.js';
import { PREPARE_LOCK, prepareRoles } from '../../libs/tenancy/src/roles/prepare-roles.js';
import { eventually } from '../support/eventually.js';
import { markContent } from '../support/mark.entity.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const ROUNDS = [1, 2, 3];

let database: TestDatabase;
/** Holds what everybody who prepares must wait for, so that all of them stand at the same place when it lets go. */
let holder: pg.Client;

beforeEach(async () => {
  database = await createTestDatabase({ PORT: '0', HOST: '127.0.0.1' });
  holder = new pg.Client({ connectionString: database.url });
  holder.on('error', () => undefined); // after a test that failed it is still open when the database is dropped
  await holder.connect();
  await holder.query('SELECT pg_advisory_lock($1)', [PREPARE_LOCK]);
});

afterEach(() => database.drop());

const allWait = (count: number) =>
  eventually(`${count} wait for their turn`, async () => {
    const waiting = await database.admin(
      `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    return waiting.length === count;
  });

const recorded = async () =>
  (await database.admin<{ name: string }>('SELECT name FROM platform.tenant_migration ORDER BY name')).map(
    ({ name }) => name,
  );

/** Lets everybody go at once. */
const letGo = () => holder.end();

/** The outcome of each, errors included: one that fails early must not hide behind the others. */
const outcomesOf = async <T>(work: Promise<PromiseSettledResult<T>[]>): Promise<unknown[]> =>
  (await work).map((result) => (result.status === 'fulfilled' ? 'fine' : String(result.reason)));

describe('two platforms that start at the same moment on an empty database', () => {
  const start = () =>
    createPlatform({
      modules: [NotesModule],
      settings: database.settings,
      logger: new StructuredLogger('silent', { write: () => undefined }),
    });

  it.each(ROUNDS)('make nothing before it is their turn, and prepare it once (round %i)', async () => {
    const starts = [start(), start()];
    const started = Promise.allSettled(starts);
    await allWait(2);
    expect(
      await database.admin(`SELECT nspname FROM pg_namespace WHERE nspname IN ('platform', 'extensions')`),
    ).toEqual([]);
    expect(
      await database.admin('SELECT rolname FROM pg_roles WHERE rolname LIKE $1', [
        `${database.settings.get('TENANTRY_INSTALLATION')}\\_%`,
      ]),
    ).toEqual([]);
    await letGo();
    expect(await outcomesOf(started)).toEqual(['fine', 'fine']);
    expect(await recorded()).toEqual([
      'api/CreateIdempotencyKey1793500200000',
      'auth/CreateUsers1793500100000',
      'notes/CreateNote1785628800000',
    ]);
    for (const platform of await Promise.all(starts)) await platform.stop();
  });
});

describe('four processes that start at the same moment, the login roles being there already', () => {
  const installation = () => database.settings.get('TENANTRY_INSTALLATION');

  beforeEach(async () => {
    await holder.query('SELECT pg_advisory_unlock($1)', [PREPARE_LOCK]);
    await prepareRoles(database.url, await roleInput(database.settings, database.secret, database.url));
    await holder.query('SELECT pg_advisory_lock($1)', [PREPARE_LOCK]);
  });

  it.each(ROUNDS)('make no table before it is their turn, and record each migration once (round %i)', async () => {
    const { settings, secret, url } = database;
    // A login that prepares no roles, so that all of them arrive where the schemas are made.
    const databaseUrl = loginUrl(url, secret, installation(), 'owner');
    const modules = [tenancyMetadata, markContent.module];
    const starts = [1, 2, 3, 4].map(() => prepareDatabase({ settings, secret, databaseUrl, modules }));
    const prepared = Promise.allSettled(starts);
    await allWait(4);
    expect(
      await database.admin(`SELECT tablename FROM pg_tables WHERE schemaname IN ('platform', 'tenantry_reference')`),
    ).toEqual([]);
    await letGo();
    expect(await outcomesOf(prepared)).toEqual(['fine', 'fine', 'fine', 'fine']);
    expect(await recorded()).toEqual(['mark/CreateMark1785628800001']);
    for (const { owner } of await Promise.all(starts)) await owner.onApplicationShutdown();
  });
});
