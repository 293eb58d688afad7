import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { NotesModule } from '@tenantry/example-notes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lying, packed, rawHeader, tableOf, unpack, withRows, type Entry } from '../support/archive-forgery.js';
import { ArchivedModule } from '../support/archived.module.js';
import { exportOf, importArchive, imported } from '../support/archives.js';
import { contentOf } from '../support/tenant-content.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { schemaOf } from '../support/test-users.js';

const LIMIT = 2_000_000;
let folder: string;
let platform: TestPlatform;
let acme: TestTenant;
let archive: Buffer;
let entries: Entry[];
let before: unknown;

const state = async () => [
  await contentOf(platform, 'platform', ['usage_hour', 'usage_flush', 'api_version_use']),
  await contentOf(platform, schemaOf(acme)),
  await platform.database.admin('SELECT nspname FROM pg_namespace ORDER BY 1'),
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenantry-exports-'));
  platform = await startPlatform({
    modules: [NotesModule, ArchivedModule],
    environment: { TENANTRY_EXPORT_DIR: folder, TENANTRY_IMPORT_LIMIT: String(LIMIT) },
  });
  acme = await platform.createTenant('acme');
  await acme.owner.post('/notes', { title: 'of acme', body: 'text' });
  archive = await exportOf(platform, acme);
  entries = await unpack(archive);
  before = await state();
});

afterAll(async () => {
  await platform.close();
  await rm(folder, { recursive: true });
});

const body = () => entries.slice(1, -2); // without header, manifest and its digest
const end = () => entries.slice(-2);
const zeros = (megabytes: number) =>
  Array.from({ length: megabytes }, (_, at) => ({ header: { name: `data/note/${at}` }, content: Buffer.alloc(1e6) }));

const spoilt: [string, string, () => Buffer | Promise<Buffer>][] = [
  ['that is empty', 'ARCHIVE_INVALID', () => Buffer.alloc(0)],
  ['that is no archive', 'ARCHIVE_INVALID', () => Buffer.from('x'.repeat(4000))],
  ['that is cut off', 'ARCHIVE_INVALID', () => archive.subarray(0, archive.length / 2)],
  ['that is cut off at a block', 'ARCHIVE_INVALID', () => archive.subarray(0, 2048)],
  ['that is gzipped and cut off', 'ARCHIVE_INVALID', () => gzipSync(archive).subarray(0, 900)],
  [
    'in which a bit of a row is flipped',
    'ARCHIVE_INVALID',
    () => {
      const other = Buffer.from(archive);
      const at = other.indexOf('of acme');
      other[at] = (other[at] ?? 0) ^ 1;
      return other;
    },
  ],
  ['without its manifest', 'ARCHIVE_INVALID', () => packed(entries.slice(0, -2))],
  ['without the digest of its manifest', 'ARCHIVE_INVALID', () => packed(entries.slice(0, -1))],
  [
    'whose manifest is not that of its digest',
    'ARCHIVE_INVALID',
    async () => {
      const [manifest] = (await unpack(await lying(entries, ({ tenant }) => void (tenant['name'] = 'Bcme')))).slice(-2);
      return packed([...entries.slice(0, -2), ...(manifest ? [manifest] : []), ...entries.slice(-1)]);
    },
  ],
  ['without its header', 'ARCHIVE_INVALID', () => packed(entries.slice(1))],
  ['without one of its parts', 'ARCHIVE_INVALID', () => packed([...entries.slice(0, 1), ...entries.slice(2)])],
  [
    'whose parts are in another order',
    'ARCHIVE_INVALID',
    () => packed([...entries.slice(0, 1), ...body().reverse(), ...end()]),
  ],
  [
    'with a file that the manifest does not list',
    'ARCHIVE_INVALID',
    () =>
      packed([
        ...entries.slice(0, 1),
        { header: { name: '../../etc/passwd' }, content: Buffer.from('x') },
        ...entries.slice(1),
      ]),
  ],
  [
    'with a link',
    'ARCHIVE_INVALID',
    () =>
      packed([
        ...entries.slice(0, 1),
        { header: { name: 'data', type: 'symlink', linkname: '/etc/passwd' }, content: Buffer.alloc(0) },
        ...entries.slice(1),
      ]),
  ],
  [
    'with something after the manifest',
    'ARCHIVE_INVALID',
    () => packed([...entries, { header: { name: 'more' }, content: Buffer.from('x') }]),
  ],
  [
    'with a part that its manifest does not list',
    'ARCHIVE_INVALID',
    () =>
      packed([
        ...entries.slice(0, -2),
        { header: { name: 'more' }, content: Buffer.from('x\n') },
        ...entries.slice(-2),
      ]),
  ],
  ['that ends twice', 'ARCHIVE_INVALID', () => packed([...entries, ...entries.slice(-1)])],
  [
    'that tells of fewer rows',
    'ARCHIVE_INVALID',
    () => lying(entries, (manifest) => void (tableOf(manifest, 'note').rows -= 1)),
  ],
  [
    'that tells of more rows',
    'ARCHIVE_INVALID',
    () => lying(entries, (manifest) => void (tableOf(manifest, 'note').rows += 1)),
  ],
  ['with a part of a size that is none', 'ARCHIVE_INVALID', () => rawHeader('x', '0', Buffer.alloc(12, 0xff))],
  [
    'with a part whose long header says no size',
    'ARCHIVE_INVALID',
    () =>
      Buffer.concat([
        rawHeader('x', 'x', '00000000020\0'),
        Buffer.from('16 size=nothing\n'.padEnd(512, '\0')),
        archive,
      ]),
  ],
  [
    'with a header that would be held in memory as a whole',
    'ARCHIVE_INVALID',
    () => {
      const header = Buffer.alloc(512 * 3000, 'x');
      return gzipSync(
        Buffer.concat([rawHeader('x', 'x', header.length.toString(8).padStart(11, '0')), header, archive]),
      );
    },
  ],
  [
    'that lists a table twice',
    'ARCHIVE_INVALID',
    () =>
      lying(entries, ({ tables }) => void tables.push({ name: 'note', columns: [], types: [], rows: 0, parts: [] })),
  ],
  [
    'whose manifest is malformed',
    'ARCHIVE_INVALID',
    () => lying(entries, (manifest) => void Object.assign(manifest, { tables: 'none' })),
  ],
  [
    'whose settings are none',
    'ARCHIVE_INVALID',
    () => lying(entries, ({ tenant }) => void (tenant['settings'] = { a: { b: 1 } })),
  ],
  [
    'whose slug is none',
    'TENANT_SLUG_INVALID',
    () => lying(entries, ({ tenant }) => void (tenant['slug'] = 'x; DROP')),
  ],
  [
    'whose slug is reserved',
    'TENANT_SLUG_RESERVED',
    () => lying(entries, ({ tenant }) => void (tenant['slug'] = 'admin')),
  ],
  ['whose plan there is not', 'PLAN_UNKNOWN', () => lying(entries, ({ tenant }) => void (tenant['plan'] = 'gold'))],
  [
    'of a newer format',
    'ARCHIVE_TOO_NEW',
    () =>
      packed([
        { header: { name: 'tenantry.json' }, content: Buffer.from('{"format":"tenantry-export","formatVersion":2}') },
      ]),
  ],
  [
    'with a migration that is not known here',
    'ARCHIVE_TOO_NEW',
    () => lying(entries, ({ migrations }) => void migrations.push('notes/FromTheFuture1')),
  ],
  ['that is too large', 'ARCHIVE_TOO_LARGE', () => packed([...entries.slice(0, 1), ...zeros(3)])],
  [
    'that unpacks to too much',
    'ARCHIVE_TOO_LARGE',
    async () => gzipSync(await packed([...entries.slice(0, 1), ...zeros(50)])),
  ],
];

/** Over an existing tenant these are not looked at: it keeps its own. */
const aboutTenant = new Set(
  ['settings are none', 'slug is none', 'slug is reserved', 'plan there is not'].map((what) => `whose ${what}`),
);

describe('an archive', () => {
  it.each(spoilt)('%s is refused with %s before anything is touched', async (about, code, make) => {
    const content = await make();
    const replace = { tenant: 'acme', replace: 'true', confirm: 'acme' };
    for (const query of aboutTenant.has(about) ? [{}] : [{}, replace])
      expect((await importArchive(platform.operator, content, query)).body).toMatchObject({ code });
    expect((await readdir(folder)).filter((name) => name.startsWith('upload'))).toEqual([]);
  });

  it('that was refused has left no trace at all', async () => {
    expect(await state()).toEqual(before);
  });

  it.each<[string, () => Promise<Buffer>]>([
    [
      'a table that no migration makes',
      () =>
        lying(
          entries,
          ({ tables }) =>
            void tables.push({ name: 'pg_authid', columns: ['rolname'], types: ['name'], rows: 0, parts: [] }),
        ),
    ],
    [
      'a column that there is not',
      () => lying(entries, (manifest) => void tableOf(manifest, 'note').columns.push("x) FROM PROGRAM 'id' --")),
    ],
    [
      'a table missing',
      () => lying(entries, (manifest) => void (manifest.tables = manifest.tables.filter(({ rows }) => rows > 0))),
    ],
    [
      'an unknown sequence',
      () => lying(entries, ({ sequences }) => void sequences.push({ name: 'x', lastValue: '1', isCalled: true })),
    ],
    [
      'a table named as a way out',
      () => lying(entries, (manifest) => void (tableOf(manifest, 'note').name = '../platform"."tenant" --')),
    ],
    ['values of other types', () => lying(entries, (manifest) => void (tableOf(manifest, 'note').types[0] = 'text'))],
    ['fewer types than columns', () => lying(entries, (manifest) => void tableOf(manifest, 'note').types.pop())],
    [
      'a sequence beyond its end',
      () =>
        lying(entries, ({ sequences }) => void Object.assign(sequences.at(-1) ?? {}, { lastValue: '9'.repeat(19) })),
    ],
    [
      'a sequence before its beginning',
      () => lying(entries, ({ sequences }) => void Object.assign(sequences.at(-1) ?? {}, { lastValue: '-1' })),
    ],
    ['older migrations than tables', () => lying(entries, (manifest) => void manifest.migrations.pop())],
    ['SQL where rows should be', () => withRows(entries, 'note', `\\.\nDROP SCHEMA platform CASCADE;\n`, 2)],
    ['rows that break a rule', () => withRows(entries, 'user_session', '1\t2\t3\n', 1)],
  ])('with %s fails, and the tenant it should replace is as before', async (_, make) => {
    const content = await contentOf(platform, schemaOf(acme));
    const query = { tenant: 'acme', replace: 'true', confirm: 'acme' };
    const operation = await imported(platform.operator, await make(), query);
    expect(operation).toMatchObject({ status: 'failed', error: expect.stringMatching(/^ARCHIVE_/) as string });
    expect(await contentOf(platform, schemaOf(acme))).toEqual(content);
    expect((await acme.owner.get('/notes')).status).toBe(200);
  });

  it('cannot be sent where JSON belongs, nor JSON where it belongs', async () => {
    expect((await platform.operator.post('/admin/imports', {})).body).toMatchObject({ code: 'IMPORT_BODY_MISSING' });
    const { status } = await fetch(new URL('/admin/tenants', platform.url), {
      method: 'POST',
      headers: { ...platform.operator.headers, 'content-type': 'application/x-tar' },
      body: new Uint8Array(archive),
    });
    expect(status).toBe(415);
  });
});
