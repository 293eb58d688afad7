import { tenantSchema } from '@tenantry/tenancy';
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { MarksModule } from '../support/marks.module.js';
import { isPgBouncerInstalled, startPgBouncer } from '../support/pgbouncer.js';
import { createTestDatabase } from '../support/test-database.js';
import { startPlatformOver, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { httpHammer } from './http-hammer.js';

const REQUESTS = 20_000;
const WORKERS = 30;
const TENANTS = 20;
/** Milliseconds: a slow machine needs minutes for so many requests. */
const TIMEOUT = 1_200_000;
/** A pool of 2; statements end after half a second. */
const ENVIRONMENT = { TENANTRY_DATABASE_POOL: '2', TENANTRY_STATEMENT_TIMEOUT: '500', TENANTRY_LOG_LEVEL: 'silent' };

async function hammerPlatform(platform: TestPlatform): Promise<void> {
  const tenants: TestTenant[] = [];
  for (let index = 0; index < TENANTS; index += 1) tenants.push(await platform.createTenant(`tenant-${index}`));
  const result = await httpHammer(tenants, WORKERS, REQUESTS);
  expect(result.wrong).toEqual([]);
  expect(result.surprises).toEqual([]);
  for (const seen of ['list 200', 'add 201', 'keyed 201', 'fail 500', 'slow 503', 'leak 201', 'abort aborted']) {
    expect(result.answers[seen], seen).toBeGreaterThan(0);
  }
  for (const { id, slug } of tenants) {
    const rows = await platform.database.admin<{ tenant: string }>(
      `SELECT DISTINCT tenant FROM ${tenantSchema(id)}.mark`,
    );
    expect(rows).toEqual([{ tenant: slug }]);
  }
  // Nothing of what went wrong still holds a connection.
  await eventually('every connection is idle', async () => {
    const busy = `SELECT FROM pg_stat_activity WHERE usename = current_database() || '_app' AND state <> 'idle'`;
    return (await platform.database.admin(busy)).length === 0;
  });
  // A machine that is busy with something else may take longer than a statement may.
  for (const { slug, owner } of tenants) {
    await eventually(`${slug} is served`, async () => (await owner.get('/marks')).status === 200);
  }
}

describe('20,000 requests of 20 tenants over a pool of 2, with errors, timeouts and clients that leave', () => {
  it('show no tenant a row of another and lose no connection', { timeout: TIMEOUT }, async () => {
    const database = await createTestDatabase({ PORT: '0', HOST: '127.0.0.1', ...ENVIRONMENT });
    const platform = await startPlatformOver(database, { modules: [MarksModule] });
    await hammerPlatform(platform);
    await platform.close();
    await database.drop();
  });

  it.runIf(isPgBouncerInstalled())('nor through PgBouncer in transaction mode', { timeout: TIMEOUT }, async () => {
    const database = await createTestDatabase({ PORT: '0', HOST: '127.0.0.1', ...ENVIRONMENT });
    const bouncer = await startPgBouncer(database, { poolSize: 2 });
    const settings = database.settings.with({ TENANTRY_POOLER_URL: bouncer.url });
    const platform = await startPlatformOver({ ...database, settings }, { modules: [MarksModule] });
    await hammerPlatform(platform);
    await platform.close();
    await bouncer.stop();
    await database.drop();
  });
});
