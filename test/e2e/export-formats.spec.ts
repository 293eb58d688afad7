import { afterAll, beforeAll, expect, it } from 'vitest';
import { unpack } from '../support/archive-forgery.js';
import { ARCHIVED_ROWS, ArchivedModule } from '../support/archived.module.js';
import { exportOf } from '../support/archives.js';
import { ODDITIES_ROWS, OdditiesModule } from '../support/oddities.module.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { schemaOf } from '../support/test-users.js';

let platform: TestPlatform;
let acme: TestTenant;

beforeAll(async () => {
  platform = await startPlatform({ modules: [ArchivedModule, OdditiesModule] });
  acme = await platform.createTenant('acme');
  await platform.database.admin(
    `SET search_path = ${schemaOf(acme)}; ${ARCHIVED_ROWS}; ${ODDITIES_ROWS}; RESET search_path`,
  );
});

afterAll(() => platform.close());

const alter = (what: string) =>
  platform.database.admin(
    `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I ${what.replaceAll("'", "''")}', current_database()); END $$`,
  );
/** Of each table. Where it is cut into parts is by what the socket gave at a time. */
async function rowsOf(archive: Buffer): Promise<Record<string, string>> {
  const rows: Record<string, string> = {};
  for (const { header, content } of await unpack(archive)) {
    const [folder, table = ''] = header.name.split('/');
    if (folder === 'data') rows[table] = (rows[table] ?? '') + content.toString('latin1');
  }
  return rows;
}

it.each([
  "datestyle = 'SQL, DMY'",
  "intervalstyle = 'iso_8601'",
  "bytea_output = 'escape'",
  'extra_float_digits = 0',
  "timezone = 'Asia/Tokyo'",
])('an archive says the same where the database has %s', async (setting) => {
  const before = await rowsOf(await exportOf(platform, acme));
  expect(Object.keys(before).length).toBeGreaterThan(5);
  await alter(`SET ${setting}`);
  const archive = await exportOf(platform, acme);
  await alter('RESET ALL');
  expect(await rowsOf(archive)).toEqual(before);
});
