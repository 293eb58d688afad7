import { NotesModule } from '@tenantry/example-notes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { probeIsolation } from '../../libs/tenancy/src/roles/isolation-probe.js';
import { loginUrl } from '../../libs/tenancy/src/roles/login-roles.js';
import { failureOf } from '../support/failing-start.js';
import { isPgBouncerInstalled, startPgBouncer, type PgBouncer } from '../support/pgbouncer.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

let database: TestDatabase;
let bouncer: PgBouncer;

beforeEach(async () => {
  database = await createTestDatabase({ PORT: '0', HOST: '127.0.0.1' });
});

afterEach(async () => {
  await bouncer.stop();
  await database.drop();
});

const installation = () => database.settings.get('TENANTRY_INSTALLATION');
const urlOf = (role: 'owner' | 'platform') => loginUrl(database.url, database.secret, installation(), role);

/** A platform whose tenants' statements would go through the pooler. */
const start = () =>
  failureOf({ ...database, settings: database.settings.with({ TENANTRY_POOLER_URL: bouncer.url }) }, [NotesModule]);

const tables = () =>
  database.admin(`SELECT tablename FROM pg_tables WHERE schemaname IN ('platform', 'tenantry_reference')`);

const logins: Record<string, () => string> = {
  'a superuser': () => database.url,
  'the owner of every schema': () => urlOf('owner'),
  'another login of the installation': () => urlOf('platform'),
};

describe.runIf(isPgBouncerInstalled())('a pooler that logs in as', () => {
  it.each(Object.entries(logins))('%s, whoever asks: nothing starts, and nothing is made', async (_, login) => {
    bouncer = await startPgBouncer(database, { poolSize: 5, loginOf: login() });
    const error = await start();
    expect(error.name).toBe('IsolationWeakened');
    expect(error.message).toContain('the pooler logs in as the application role');
    expect(error.message).toContain(`It logs in as ${new URL(login()).username}.`);
    expect(error.message).not.toContain(new URL(login()).password);
    expect(await tables()).toEqual([]);
  });

  it('a superuser is the one thing amiss, and told where hardening is relaxed', async () => {
    bouncer = await startPgBouncer(database, { poolSize: 5, loginOf: database.url });
    await start();
    const url = (server: string) => loginUrl(server, database.secret, installation(), 'app');
    const options = { appUrl: url(database.url), poolerUrl: url(bouncer.url), installation: installation() };
    const amiss = (await probeIsolation({ ...options, enforce: false })).filter(({ ok }) => !ok);
    expect(amiss.map(({ check }) => check)).toEqual(['the pooler logs in as the application role']);
  });

  it('its client is taken', async () => {
    bouncer = await startPgBouncer(database, { poolSize: 5 });
    await expect(start()).rejects.toThrow('The platform started.');
  });
});
