import { InstallationSecret } from '@tenantry/kernel';
import { prepareDatabase, tenancyMetadata } from '@tenantry/tenancy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loginRoleName } from '../../libs/tenancy/src/roles/login-roles.js';
import { probeIsolation } from '../../libs/tenancy/src/roles/isolation-probe.js';
import { loginUrl } from '../../libs/tenancy/src/roles/login-roles.js';
import { markContent } from '../support/mark.entity.js';
import { isPgBouncerInstalled, startPgBouncer } from '../support/pgbouncer.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

let database: TestDatabase;
let installation: string;

beforeEach(async () => {
  database = await createTestDatabase();
  installation = database.settings.get('TENANTRY_INSTALLATION');
  const { settings, secret, url } = database;
  const prepared = await prepareDatabase({
    settings,
    secret,
    databaseUrl: url,
    modules: [tenancyMetadata, markContent.module],
  });
  await prepared.owner.onApplicationShutdown();
});

afterEach(() => database.drop());

const probe = (enforce = true, url = database.url) =>
  probeIsolation({ appUrl: loginUrl(url, database.secret, installation, 'app'), installation, enforce });

describe('the start-up probe', () => {
  it('finds nothing amiss in a database that was prepared', async () => {
    expect((await probe()).filter(({ ok }) => !ok)).toEqual([]);
  });

  it.each([
    ['GRANT EXECUTE ON FUNCTION set_config(text, text, boolean) TO PUBLIC', 'set_config'],
    ['GRANT EXECUTE ON FUNCTION pg_advisory_lock(bigint) TO PUBLIC', 'pg_advisory_lock'],
    ['GRANT EXECUTE ON FUNCTION lo_create(oid) TO PUBLIC', 'lo_create'],
    ['GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC', 'plpgsql'],
    ['GRANT TEMPORARY ON DATABASE %db% TO PUBLIC', '%db%'],
    ['GRANT CREATE ON SCHEMA public TO PUBLIC', 'public'],
    ['GRANT CREATE ON SCHEMA extensions TO PUBLIC', 'extensions'],
    ['ALTER ROLE %app% SUPERUSER', '%app%'],
    ['ALTER ROLE %app% BYPASSRLS', '%app%'],
    ['ALTER ROLE %app% INHERIT', '%app%'],
    ['GRANT %owner% TO %app%', '%owner%'],
    ['GRANT pg_read_all_data TO %app%', 'pg_read_all_data'],
    ['GRANT EXECUTE ON FUNCTION setseed(double precision) TO PUBLIC', 'setseed'],
    ['CREATE FUNCTION public.leak() RETURNS int LANGUAGE sql SECURITY DEFINER AS $$ SELECT 1 $$', 'leak'],
  ])('refuses to start after %s', async (sql, offender) => {
    const fill = (text: string) =>
      text
        .replaceAll('%db%', installation)
        .replaceAll('%app%', loginRoleName(installation, 'app'))
        .replaceAll('%owner%', loginRoleName(installation, 'owner'));
    await database.admin(fill(sql));
    await expect(probe()).rejects.toMatchObject({
      name: 'IsolationWeakened',
      message: expect.stringContaining(fill(offender)) as string,
    });
    expect((await probe(false)).filter(({ ok }) => !ok)).toHaveLength(1);
  });

  it.runIf(isPgBouncerInstalled())('refuses a DATABASE_URL that goes through a pooler', async () => {
    const bouncer = await startPgBouncer(database, { poolSize: 5 });
    await expect(probe(true, bouncer.url)).rejects.toThrow(/TENANTRY_POOLER_URL/);
    await bouncer.stop();
  });
});

describe('a DATABASE_URL with a user among its parameters', () => {
  it('does not make that user of every login role', async () => {
    const url = new URL(database.url);
    url.searchParams.set('user', url.username);
    url.searchParams.set('password', url.password);
    const login = loginUrl(url.href, database.secret, installation, 'app');
    expect((await probe(true, url.href)).filter(({ ok }) => !ok)).toEqual([]);
    expect(new URL(login).search).toBe('');
  });

  it('is found out where another login arrives than the application role', async () => {
    await expect(probeIsolation({ appUrl: database.url, installation, enforce: true })).rejects.toThrow(
      /arrive as the application role/,
    );
  });
});

describe('a database that the login may not prepare', () => {
  it('is refused with the SQL to run, and starts once a superuser ran it', async () => {
    const fresh = await createTestDatabase();
    const { settings, secret } = fresh;
    const name = settings.get('TENANTRY_INSTALLATION');
    await fresh.admin(`CREATE ROLE ${name}_visitor LOGIN PASSWORD 'visitor'`);
    const visitor = new URL(fresh.url);
    [visitor.username, visitor.password] = [`${name}_visitor`, 'visitor'];
    const prepare = () => prepareDatabase({ settings, secret, databaseUrl: visitor.href, modules: [tenancyMetadata] });

    const refusal = await prepare().catch((error: unknown) => error as Error & { sql: string });
    expect(refusal).toMatchObject({
      name: 'RolesNotPrepared',
      message: expect.stringContaining('superuser') as string,
    });
    const { sql } = refusal as { sql: string };
    expect(sql).not.toContain(secret.password(`role:${name}:app`));
    await fresh.admin(sql);

    const prepared = await prepare();
    await prepared.owner.onApplicationShutdown();
    await fresh.drop();
  });
});

describe('several processes that start on an empty database at once', () => {
  it('prepare it once, together', async () => {
    const fresh = await createTestDatabase();
    const { settings, secret, url } = fresh;
    const all = await Promise.all(
      Array.from({ length: 4 }, () =>
        prepareDatabase({ settings, secret, databaseUrl: url, modules: [tenancyMetadata, markContent.module] }),
      ),
    );
    const recorded = await fresh.admin('SELECT name FROM platform.tenant_migration');
    expect(recorded).toEqual([{ name: 'mark/CreateMark1785628800001' }]);
    for (const prepared of all) await prepared.owner.onApplicationShutdown();
    await fresh.drop();
  });
});

describe('a tenant migration that makes a SECURITY DEFINER function', () => {
  class MakeDefiner1785628800002 {
    async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
      await runner.query(
        'CREATE FUNCTION leak() RETURNS name LANGUAGE sql SECURITY DEFINER AS $$ SELECT current_user $$',
      );
    }

    async down(): Promise<void> {
      // never
    }
  }

  it('is refused by name at the start, before any tenant has it', async () => {
    const module = { name: 'leaky', compatibility: '^1.0.0', tenantMigrations: [MakeDefiner1785628800002 as never] };
    const { settings, secret, url } = database;
    const start = prepareDatabase({
      settings,
      secret,
      databaseUrl: url,
      modules: [tenancyMetadata, markContent.module, module],
    });
    await expect(start).rejects.toMatchObject({ name: 'MigrationFault', migration: 'leaky/MakeDefiner1785628800002' });
  });
});

describe('another secret', () => {
  it('is refused before anything is altered, so that running processes go on', async () => {
    const { settings, url, secret } = database;
    const other = new InstallationSecret('x'.repeat(40));
    const start = prepareDatabase({
      settings,
      secret: other,
      databaseUrl: url,
      modules: [tenancyMetadata, markContent.module],
    });
    await expect(start).rejects.toMatchObject({ name: 'SecretMismatch' });
    expect((await probe()).filter(({ ok }) => !ok)).toEqual([]);
    expect(secret.key('x')).not.toEqual(other.key('x'));
  });
});

describe('a login that may make roles but is no superuser', () => {
  it('prepares a database of its own when hardening is relaxed', async () => {
    const fresh = await createTestDatabase({ TENANTRY_HARDENING: 'relax' });
    const { settings, secret } = fresh;
    const name = settings.get('TENANTRY_INSTALLATION');
    await fresh.admin(`CREATE ROLE ${name}_admin LOGIN CREATEROLE PASSWORD 'admin'`);
    await fresh.admin(`ALTER DATABASE ${name} OWNER TO ${name}_admin`);
    const admin = new URL(fresh.url);
    [admin.username, admin.password] = [`${name}_admin`, 'admin'];
    const prepared = await prepareDatabase({ settings, secret, databaseUrl: admin.href, modules: [tenancyMetadata] });
    await prepared.owner.onApplicationShutdown();
    await fresh.drop();
  });
});
