import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { TenantContext, TenantDdl, type Tenant } from '@tenantry/tenancy';
import type { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { initializing } from '../../libs/tenancy/src/context/tenant-context.js';
import type { TenantPool } from '../../libs/tenancy/src/connection/tenant-pool.js';
import { loginRoleName } from '../../libs/tenancy/src/roles/login-roles.js';
import { eventually } from '../support/eventually.js';
import { Holder } from '../support/holder.js';
import { markContent } from '../support/mark.entity.js';
import { createInstallation, type TestInstallation } from '../support/test-installation.js';

const MAX = 8;
/** Number of the advisory lock that entering waits for. */
const GATE = 77_003;
const context = new TenantContext();
let installation: TestInstallation;
let dataSource: DataSource;
let a: Tenant;
let b: Tenant;

beforeAll(async () => {
  installation = await createInstallation(markContent);
  [a, b] = [await installation.createTenant('aaa'), await installation.createTenant('bbb')];
});

afterAll(() => installation.close());

beforeEach(async () => {
  dataSource = await installation.open({ max: MAX });
});

afterEach(async () => {
  if (dataSource.isInitialized) await dataSource.destroy();
});

const pool = () => (dataSource.driver as unknown as { master: TenantPool }).master;
const app = () => loginRoleName(installation.database.settings.get('TENANTRY_INSTALLATION'), 'app');

/** The backends that serve this pool, as Postgres sees them. */
const backends = async () =>
  (
    await installation.database.admin<{ pid: number }>(
      'SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = $1 ORDER BY pid',
      [app()],
    )
  ).map(({ pid }) => pid);

const pidIn = (tenant: Tenant) =>
  context.run(tenant, () => dataSource.query<{ pid: number }[]>('SELECT pg_backend_pid() AS pid'));

/** Opens every connection of the pool, all of them having served tenant b. */
async function fill(): Promise<number[]> {
  const runners = Array.from({ length: MAX }, () => dataSource.createQueryRunner());
  await context.run(b, () => Promise.all(runners.map((runner) => runner.query('SELECT 1'))));
  await Promise.all(runners.map((runner) => runner.release()));
  const all = await backends();
  expect(all).toHaveLength(MAX);
  return all;
}

const setMembership = (admitted: boolean) =>
  installation.prepared.owner.transaction((client) => {
    const ddl = new TenantDdl(app());
    return admitted ? ddl.admit(client, a.id) : ddl.fence(client, a.id);
  });

describe('a tenant that Postgres lets nobody enter', () => {
  beforeEach(() => setMembership(false));
  afterEach(() => setMembership(true));

  it('costs a request the first connection and three others, and leaves the rest', async () => {
    const before = await fill();
    await expect(pidIn(a)).rejects.toMatchObject({ code: 'TENANT_ENTRY_DENIED' });
    await eventually('the refused ones are closed', async () => (await backends()).length === MAX - 4);
    expect((await backends()).every((pid) => before.includes(pid))).toBe(true);
    expect(pool().counts).toEqual({ total: MAX - 4, idle: MAX - 4, waiting: 0 });
  });

  it('keeps nobody else from entering', async () => {
    const requests = Array.from({ length: 20 }, (_, index) => pidIn(index % 2 ? a : b));
    const outcomes = (await Promise.allSettled(requests)).map(({ status }) => status);
    expect(outcomes).toEqual(requests.map((_, index) => (index % 2 ? 'rejected' : 'fulfilled')));
    expect(pool().counts.waiting).toBe(0);
  });

  it('can be entered as soon as it is let in again', async () => {
    await expect(pidIn(a)).rejects.toMatchObject({ code: 'TENANT_ENTRY_DENIED' });
    await setMembership(true);
    expect(await pidIn(a)).toHaveLength(1);
  });
});

describe('a connection that cannot enter a tenant', () => {
  /** Connections that are opened after this one find another `set_config` than Postgres' own, and keep to it. */
  const letNewOnesFind = (schema: 'trap' | 'gate' | undefined) =>
    installation.database.admin(
      `ALTER ROLE ${app()} IN DATABASE ${installation.database.settings.get('TENANTRY_INSTALLATION')} ` +
        (schema ? `SET search_path = ${schema}, pg_catalog` : 'RESET search_path'),
    );

  beforeAll(() =>
    installation.database.admin(`
      CREATE SCHEMA trap; GRANT USAGE ON SCHEMA trap TO PUBLIC;
      CREATE FUNCTION trap.set_config(text, text, boolean) RETURNS text LANGUAGE sql AS 'SELECT $2';
      REVOKE ALL ON FUNCTION trap.set_config FROM PUBLIC;
      CREATE SCHEMA gate; GRANT USAGE ON SCHEMA gate TO PUBLIC;
      CREATE FUNCTION gate.set_config(text, text, boolean) RETURNS text LANGUAGE sql
        AS 'SELECT pg_advisory_xact_lock_shared(${GATE}); SELECT pg_catalog.set_config($1, $2, $3)';
      GRANT EXECUTE ON FUNCTION gate.set_config, pg_advisory_xact_lock_shared(bigint) TO ${app()}`),
  );

  afterEach(() => letNewOnesFind(undefined));

  /**
   * A pool with just these connections in it, none of which can enter, because they may not call what they find; those
   * that it opens from now on can. They are as lasting as a backend whose list of memberships is old.
   */
  async function poolOfSpoilt(count: number): Promise<number[]> {
    await dataSource.destroy();
    await letNewOnesFind('trap');
    dataSource = await installation.open({ max: MAX });
    const runners = Array.from({ length: count }, () => dataSource.createQueryRunner());
    await initializing(() => Promise.all(runners.map((runner) => runner.query('SELECT 1'))));
    await Promise.all(runners.map((runner) => runner.release()));
    await letNewOnesFind(undefined);
    expect(pool().counts).toEqual({ total: count, idle: count, waiting: 0 });
    return backends();
  }

  it.each([1, 2, 3])('is closed and another is tried: %i of them are not noticed by the request', async (count) => {
    const spoilt = await poolOfSpoilt(count);
    const [row] = await pidIn(a);
    await eventually('they are closed', async () => (await backends()).length === 1);
    expect(await backends()).toEqual([row?.pid]);
    expect(spoilt).not.toContain(row?.pid);
    expect(await pidIn(b)).toEqual([row]);
  });

  it('is one of four at most that a request tries; the next request finds them gone', async () => {
    await poolOfSpoilt(5);
    await expect(pidIn(a)).rejects.toMatchObject({ code: 'TENANT_ENTRY_DENIED' });
    await eventually('four are closed', async () => (await backends()).length === 1);
    expect(await pidIn(a)).toHaveLength(1);
  });

  /** Lets nobody enter until it is released. Whoever enters waits in this database: what all databases share is others'. */
  async function holdEntering(url?: string): Promise<Holder> {
    await dataSource.destroy();
    await letNewOnesFind('gate');
    dataSource = await installation.open({ max: MAX, url });
    return Holder.of(installation.database, `SELECT pg_advisory_xact_lock(${GATE})`);
  }

  it('because it is ended while it tries is replaced, too', async () => {
    const holder = await holdEntering();
    const entered = pidIn(a);
    const ended: number[] = [];
    await holder.reached('it waits');
    for (const { pid } of await holder.waiting()) {
      ended.push(pid);
      await installation.database.admin('SELECT pg_terminate_backend($1)', [pid]);
    }
    await eventually('another waits', async () => (await holder.waiting()).some(({ pid }) => !ended.includes(pid)));
    await holder.release();
    expect((await entered).map(({ pid }) => ended.includes(pid))).toEqual([false]);
  });

  it('because its socket breaks while it tries is replaced, and does not end the process', async () => {
    const sockets: Socket[] = [];
    const { hostname, port } = new URL(installation.database.url);
    const proxy = createServer((client) => {
      const server = connect(Number(port), hostname);
      sockets.push(client, server);
      for (const socket of [client, server]) socket.on('error', () => undefined);
      client.pipe(server).pipe(client);
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const url = new URL(installation.database.url);
    url.port = String((proxy.address() as AddressInfo).port);
    const holder = await holdEntering(url.href);
    const entered = pidIn(a);
    await holder.reached('it waits to enter');
    for (const socket of sockets.splice(0)) socket.destroy();
    await holder.reached('another waits', 2);
    await holder.release();
    expect(await entered).toHaveLength(1);
    await dataSource.destroy();
    proxy.close();
  });
});
