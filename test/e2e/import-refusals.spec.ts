import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { NotesModule } from '@tenantry/example-notes';
import tar from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportOf, importArchive, imported } from '../support/archives.js';
import { contentOf } from '../support/tenant-content.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { schemaOf } from '../support/test-users.js';

interface Entry {
  readonly header: tar.Headers;
  readonly content: Buffer;
}
interface Table {
  name: string;
  columns: string[];
  rows: number;
  parts: { entry: string; bytes: number; sha256: string }[];
}
interface Manifest {
  formatVersion: number;
  migrations: string[];
  tenant: Record<string, unknown>;
  tables: Table[];
  sequences: object[];
}

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
    modules: [NotesModule],
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

async function unpack(content: Buffer): Promise<Entry[]> {
  const read: Entry[] = [];
  const extract = tar.extract();
  extract.end(content);
  for await (const entry of extract) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk);
    read.push({ header: entry.header, content: Buffer.concat(chunks) });
  }
  return read;
}

async function packed(list: readonly Entry[]): Promise<Buffer> {
  const pack = tar.pack();
  const chunks: Buffer[] = [];
  const done = (async () => {
    for await (const chunk of pack as AsyncIterable<Buffer>) chunks.push(chunk);
  })();
  for (const { header, content } of list) pack.entry({ ...header, size: content.length }, content);
  pack.finalize();
  await done;
  return Buffer.concat(chunks);
}

/** The archive with another manifest. */
function lying(change: (manifest: Manifest) => void): Promise<Buffer> {
  const manifest = JSON.parse(entries.at(-1)?.content.toString() ?? '') as Manifest;
  change(manifest);
  return packed([
    ...entries.slice(0, -1),
    { header: { name: 'manifest.json' }, content: Buffer.from(JSON.stringify(manifest)) },
  ]);
}

/** The archive with other rows of a table, and a manifest that says so. */
function withRows(name: string, text: string, rows: number): Promise<Buffer> {
  const content = Buffer.from(text);
  const manifest = JSON.parse(entries.at(-1)?.content.toString() ?? '') as Manifest;
  const [part] = tableOf(manifest, name).parts;
  if (!part) throw new Error(`The archive has no rows of ${name}.`);
  tableOf(manifest, name).rows = rows;
  Object.assign(part, { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') });
  const others = entries.slice(0, -1).map((each) => (each.header.name === part.entry ? { ...each, content } : each));
  return packed([...others, { header: { name: 'manifest.json' }, content: Buffer.from(JSON.stringify(manifest)) }]);
}

function tableOf({ tables }: Manifest, name: string): Table {
  const found = tables.find((table) => table.name === name);
  if (!found) throw new Error(`There is no table ${name}.`);
  return found;
}

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
  ['without its manifest', 'ARCHIVE_INVALID', () => packed(entries.slice(0, -1))],
  ['without its header', 'ARCHIVE_INVALID', () => packed(entries.slice(1))],
  ['without one of its parts', 'ARCHIVE_INVALID', () => packed([...entries.slice(0, 1), ...entries.slice(2)])],
  [
    'whose parts are in another order',
    'ARCHIVE_INVALID',
    () => packed([...entries.slice(0, 1), ...entries.slice(1, -1).reverse(), ...entries.slice(-1)]),
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
    'that tells of fewer rows',
    'ARCHIVE_INVALID',
    () => lying((manifest) => void (tableOf(manifest, 'note').rows -= 1)),
  ],
  [
    'that lists a table twice',
    'ARCHIVE_INVALID',
    () => lying(({ tables }) => void tables.push({ name: 'note', columns: [], rows: 0, parts: [] })),
  ],
  [
    'whose manifest is malformed',
    'ARCHIVE_INVALID',
    () => lying((manifest) => void Object.assign(manifest, { tables: 'none' })),
  ],
  [
    'whose settings are none',
    'ARCHIVE_INVALID',
    () => lying(({ tenant }) => void (tenant['settings'] = { a: { b: 1 } })),
  ],
  ['whose slug is none', 'TENANT_SLUG_INVALID', () => lying(({ tenant }) => void (tenant['slug'] = 'x; DROP'))],
  ['whose slug is reserved', 'TENANT_SLUG_RESERVED', () => lying(({ tenant }) => void (tenant['slug'] = 'admin'))],
  ['whose plan there is not', 'PLAN_UNKNOWN', () => lying(({ tenant }) => void (tenant['plan'] = 'gold'))],
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
    () => lying(({ migrations }) => void migrations.push('notes/FromTheFuture1')),
  ],
  ['that is too large', 'ARCHIVE_TOO_LARGE', () => Buffer.concat([archive, Buffer.alloc(LIMIT)])],
  [
    'that unpacks to too much',
    'ARCHIVE_TOO_LARGE',
    () => gzipSync(Buffer.concat([archive.subarray(0, 1024), Buffer.alloc(50 * LIMIT)])),
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
      () => lying(({ tables }) => void tables.push({ name: 'pg_authid', columns: ['rolname'], rows: 0, parts: [] })),
    ],
    [
      'a column that there is not',
      () => lying((manifest) => void tableOf(manifest, 'note').columns.push("x) FROM PROGRAM 'id' --")),
    ],
    [
      'a table missing',
      () => lying((manifest) => void (manifest.tables = manifest.tables.filter(({ rows }) => rows > 0))),
    ],
    [
      'an unknown sequence',
      () => lying(({ sequences }) => void sequences.push({ name: 'x', lastValue: '1', isCalled: true })),
    ],
    ['older migrations than tables', () => lying((manifest) => void manifest.migrations.pop())],
    ['SQL where rows should be', () => withRows('note', `\\.\nDROP SCHEMA platform CASCADE;\n`, 2)],
    ['rows that break a rule', () => withRows('user_session', '1\t2\t3\n', 1)],
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
