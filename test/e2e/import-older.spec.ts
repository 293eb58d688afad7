import { NotesModule } from '@tenantry/example-notes';
import { TenantryModule } from '@tenantry/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestOf, unpack } from '../support/archive-forgery.js';
import { exportOf, importArchive, imported } from '../support/archives.js';
import { driftOf } from '../support/drift.js';
import { contentOf } from '../support/tenant-content.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { schemaOf } from '../support/test-users.js';

class AddColour1798000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE note ADD COLUMN colour text NOT NULL DEFAULT 'white'`);
  }

  async down(): Promise<void> {}
}

/** Reads rows, so that it runs for each tenant by itself. */
class ColourNotes1798000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const notes = (await runner.query('SELECT id, title FROM note')) as { id: string; title: string }[];
    for (const { id, title } of notes)
      await runner.query('UPDATE note SET colour = $2 WHERE id = $1', [id, `of ${title}`]);
    await runner.query('CREATE INDEX note_colour ON note (colour)');
  }

  async down(): Promise<void> {}
}

@TenantryModule({
  name: 'later',
  compatibility: '^1.0.0',
  tenantMigrations: [AddColour1798000000001, ColourNotes1798000000002],
})
class LaterModule {}

let older: TestPlatform;
let newer: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;
let oldArchive: Buffer;
let newArchive: Buffer;

beforeAll(async () => {
  older = await startPlatform({ modules: [NotesModule] });
  [acme, globex] = [await older.createTenant('acme'), await older.createTenant('globex')];
  for (const title of ['one', 'two']) await acme.owner.post('/notes', { title, body: '' });
  oldArchive = await exportOf(older, acme);
  newer = await older.another([NotesModule, LaterModule]);
  newArchive = await exportOf(newer, acme);
});

afterAll(async () => {
  await newer.close();
  await older.close();
});

const colours = (schema: string) =>
  newer.database.admin<{ title: string; colour: string }>(`SELECT title, colour FROM ${schema}.note ORDER BY title`);
const COLOURED = [
  { title: 'one', colour: 'of one' },
  { title: 'two', colour: 'of two' },
];

describe('an archive of older software', () => {
  it('lacks the migrations that came since', async () => {
    const [before, after] = [manifestOf(await unpack(oldArchive)), manifestOf(await unpack(newArchive))];
    expect(after.migrations.filter((name) => !before.migrations.includes(name))).toEqual([
      'later/AddColour1798000000001',
      'later/ColourNotes1798000000002',
    ]);
  });

  it('becomes a tenant of the newest shape, with what its migrations make of the rows', async () => {
    const operation = await imported(newer.operator, oldArchive, { slug: 'again' });
    expect(operation).toMatchObject({ status: 'succeeded' });
    const { tenantId } = operation['result'] as { tenantId: string };
    expect(await colours(schemaOf({ ...acme, id: tenantId }))).toEqual(COLOURED);
    expect(await driftOf(newer, 'again')).toEqual([]);
    expect((await newer.operator.get('/admin/tenants/again')).body).toMatchObject({ schema: 'current' });
  });

  it('replaces the data of a tenant that has the newest shape', async () => {
    const query = { tenant: 'globex', replace: 'true', confirm: 'globex' };
    expect(await imported(newer.operator, oldArchive, query)).toMatchObject({ status: 'succeeded' });
    expect(await colours(schemaOf(globex))).toEqual(COLOURED);
    expect(await driftOf(newer, 'globex')).toEqual([]);
  });
});

describe('an archive of newer software', () => {
  it('is refused by older software, which touches nothing', async () => {
    const before = await contentOf(older, schemaOf(acme));
    const replace = { tenant: 'acme', replace: 'true', confirm: 'acme' };
    for (const query of [{ slug: 'never' }, replace])
      expect(await importArchive(older.operator, newArchive, query)).toMatchObject({
        status: 422,
        body: { code: 'ARCHIVE_TOO_NEW' },
      });
    expect(await contentOf(older, schemaOf(acme))).toEqual(before);
    expect((await newer.operator.get('/admin/tenants/never')).status).toBe(404);
  });
});
