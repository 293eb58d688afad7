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
