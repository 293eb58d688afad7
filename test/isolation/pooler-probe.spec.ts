import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { NotesModule } from '@tenantry/example-notes';
import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest';
import { probeIsolation } from '../../libs/tenancy/src/roles/isolation-probe.js';
import { loginUrl } from '../../libs/tenancy/src/roles/login-roles.js';
import { probePooler } from '../../libs/tenancy/src/roles/pooler-probe.js';
import { isOlder } from '../../libs/tenancy/src/roles/pooler-console.js';
import { failureOf } from '../support/failing-start.js';
import { isPgBouncerInstalled, startPgBouncer, type PgBouncer, type PgBouncerOptions } from '../support/pgbouncer.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

let database: TestDatabase;
let bouncer: PgBouncer | undefined;

beforeAll(async () => {
  database = await createTestDatabase({ PORT: '0', HOST: '127.0.0.1' });
  await failureOf(database, [NotesModule]).catch(() => undefined); // prepares it
});

afterAll(() => database.drop());

afterEach(async () => {
  await bouncer?.stop();
  bouncer = undefined;
});

const installation = () => database.settings.get('TENANTRY_INSTALLATION');
const front = async (options: Partial<PgBouncerOptions>) => {
  bouncer = await startPgBouncer(database, { poolSize: 5, ...options });
  return bouncer.url;
};
const amiss = async (options: Partial<PgBouncerOptions>, isPoolerPrepared = false) => {
  const login = (url: string) => loginUrl(url, database.secret, installation(), 'app');
  const urls = { appUrl: login(database.url), poolerUrl: login(await front(options)) };
  const findings = await probeIsolation({ ...urls, isPoolerPrepared, installation: installation(), enforce: false });
  return findings.filter(({ ok }) => !ok).map(({ check, isWarning }) => `${isWarning ? 'warning' : 'fault'}: ${check}`);
};
const asStats = () => [`stats_users = ${installation()}_app`];

describe.runIf(isPgBouncerInstalled())('a pooler', () => {
  it('that pools transactions is taken, with or without its console', async () => {
    expect(await amiss({})).toEqual([]);
    await bouncer?.stop();
    expect(await amiss({ lines: asStats() })).toEqual([]);
  });

  it('that pools statements is refused, because it breaks transactions', async () => {
    const url = await front({ mode: 'statement' });
    const error = await failureOf({ ...database, settings: database.settings.with({ TENANTRY_POOLER_URL: url }) }, []);
    expect(error.name).toBe('IsolationWeakened');
    expect(error.message).toContain('pool_mode = transaction');
  });

  it('that pools sessions keeps tenants apart and is told all the same', async () => {
    expect(await amiss({ mode: 'session' })).toEqual(['warning: the pooler shares its connections between clients']);
  });

  it('that does not follow prepared statements is refused where they are used', async () => {
    expect(await amiss({ poolSize: 1 }, true)).toEqual(['fault: the pooler follows prepared statements']);
    await bouncer?.stop();
    expect(await amiss({ lines: asStats() }, true)).toContain(
      'fault: prepared statements go through the pooler as set',
    );
  });

  it('that wastes round trips, or drops options in silence, is told by its console', async () => {
    const lines = [...asStats(), 'server_reset_query_always = 1', 'ignore_startup_parameters = options'];
    expect(await amiss({ lines })).toEqual([
      'warning: the pooler drops no startup options silently',
      'warning: the pooler does not reset connections that need no reset',
    ]);
  });
});

describe('a pooler that', () => {
  const found = async (port: number) => {
    const poolerUrl = `postgres://somebody:secret@127.0.0.1:${port}/nowhere`;
    const findings = await probePooler({ poolerUrl, installation: installation(), isPrepared: false, patience: 300 });
    expect(JSON.stringify(findings)).not.toContain('secret');
    return findings.map(({ check, ok, detail }) => `${check}: ${ok} ${detail}`);
  };
  const portOf = (server: Server) => (server.address() as AddressInfo).port;

  it('takes connections and says nothing is given up in its time, and named', async () => {
    const mute = createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    expect(await found(portOf(mute))).toEqual(['the pooler answers: false It gave no whole answer within 300 ms.']);
    mute.close();
  });

  it('is not there is named', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const port = portOf(gone);
    gone.close();
    await once(gone, 'close');
    expect(await found(port)).toEqual([expect.stringMatching(/^the pooler answers: false .*ECONNREFUSED/)]);
  });
});

describe.runIf(isPgBouncerInstalled())('a DATABASE_URL that leads to a pooler', () => {
  it.each(['transaction', 'statement'] as const)('in %s mode is refused before anything is made', async (mode) => {
    const fresh = await createTestDatabase({ PORT: '0', HOST: '127.0.0.1' });
    const pooler = await startPgBouncer(fresh, { poolSize: 5, mode, loginOf: fresh.url });
    const url = new URL(pooler.url);
    // A login that the pooler knows; behind it is the superuser.
    const settings = fresh.settings.with({
      DATABASE_URL: loginUrl(url.href, fresh.secret, fresh.settings.get('TENANTRY_INSTALLATION'), 'app'),
    });
    const error = await failureOf({ ...fresh, settings }, []);
    expect(error.message).toMatch(/It goes through a connection pooler.*TENANTRY_POOLER_URL/);
    expect(
      await fresh.admin(`SELECT rolname FROM pg_roles WHERE rolname LIKE $1 || '\\_%'`, [
        settings.get('TENANTRY_INSTALLATION'),
      ]),
    ).toEqual([]);
    await pooler.stop();
    await fresh.drop();
  });
});

describe('versions', () => {
  it.each([
    ['PgBouncer 1.18.0', true],
    ['PgBouncer 1.25.0', true],
    ['PgBouncer 1.25.1', false],
    ['PgBouncer 1.26.0', false],
    ['PgBouncer 2.0.0', false],
    ['something else', true],
  ])('%s: older than 1.25.1 is %s', (version, older) => {
    expect(isOlder(version, [1, 25, 1])).toBe(older);
  });
});
