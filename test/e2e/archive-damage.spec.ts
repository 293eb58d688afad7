import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { NotesModule } from '@tenantry/example-notes';
import { verifyArchive, type Manifest } from '@tenantry/tenancy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportOf, importArchive, imported } from '../support/archives.js';
import { sectionsOf, seededNumbers, withFlippedBit } from '../support/damage.js';
import { eventually } from '../support/eventually.js';
import { contentOf } from '../support/tenant-content.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { schemaOf } from '../support/test-users.js';

const LIMIT = 10_000_000;

let folder: string;
let platform: TestPlatform;
let acme: TestTenant;
let archive: Buffer;
let manifest: Manifest;
let before: unknown;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenantry-exports-'));
  const environment = { TENANTRY_EXPORT_DIR: folder, TENANTRY_IMPORT_LIMIT: String(LIMIT) };
  platform = await startPlatform({ modules: [NotesModule], environment });
  acme = await platform.createTenant('acme');
  await platform.createTenant('globex');
  await platform.database.admin(
    `INSERT INTO ${schemaOf(acme)}.note (title, body) SELECT 'note ' || n, repeat(md5(n::text), 40) FROM generate_series(1, 3000) n`,
  );
  archive = await exportOf(platform, acme);
  manifest = await verified(archive);
  before = await state();
});

afterAll(async () => {
  await platform.close();
  await rm(folder, { recursive: true });
});

const state = async () => [
  await contentOf(platform, schemaOf(acme)),
  await platform.database.admin('SELECT slug FROM platform.tenant ORDER BY 1'),
  await platform.database.admin('SELECT nspname FROM pg_namespace ORDER BY 1'),
];

function verified(content: Buffer): Promise<Manifest> {
  const size = 65_536;
  const count = Math.ceil(content.length / size);
  const chunks = Array.from({ length: count }, (_, at) => content.subarray(at * size, (at + 1) * size));
  return verifyArchive(Readable.from(chunks), LIMIT);
}

/** What is said of it: the manifest, or the code of the refusal. */
const told = (content: Buffer): Promise<unknown> =>
  verified(content).catch((error: { code?: string }) => error.code ?? error);
const refusal = expect.stringMatching(/^ARCHIVE_(INVALID|TOO_NEW|TOO_LARGE)$/) as unknown;

describe('an archive', () => {
  it('in which any bit is flipped is refused, wherever something is said', async () => {
    const random = seededNumbers(20_261_122);
    const sections = sectionsOf(archive);
    expect(sections.length).toBeGreaterThan(10);
    for (const { from, to } of sections) {
      for (let times = 0; times < 3; times += 1) {
        const [at, bit] = [from + random(to - from), random(8)];
        expect([at, bit, await told(withFlippedBit(archive, at, bit))]).toEqual([at, bit, refusal]);
      }
    }
  });

  it('that is cut off anywhere before its end is refused', async () => {
    const random = seededNumbers(20_261_123);
    const end = Math.max(...sectionsOf(archive).map(({ to }) => to));
    for (let times = 0; times < 40; times += 1) {
      const length = random(end);
      expect([length, await told(archive.subarray(0, length))]).toEqual([length, refusal]);
    }
  });

  it('that is gzipped and damaged is refused, or holds what it held', async () => {
    const random = seededNumbers(20_261_124);
    const small = gzipSync(archive);
    const answers = [];
    for (let times = 0; times < 40; times += 1)
      answers.push(await told(withFlippedBit(small, random(small.length), random(8))));
    for (const answer of answers) expect([manifest, refusal]).toContainEqual(answer);
    expect(answers.filter((answer) => typeof answer === 'string').length).toBeGreaterThan(30);
    for (let times = 0; times < 20; times += 1)
      expect(await told(small.subarray(0, random(small.length)))).toEqual(refusal);
  });

  it('that is damaged touches nothing, as a new tenant and over an existing one', async () => {
    const random = seededNumbers(20_261_125);
    const replace = { tenant: 'acme', replace: 'true', confirm: 'acme' };
    for (const query of [{ slug: 'never' }, replace]) {
      const { from, to } = sectionsOf(archive)[random(10)] ?? { from: 0, to: 1 };
      const damaged = withFlippedBit(archive, from + random(to - from), random(8));
      expect((await importArchive(platform.operator, damaged, query)).body).toMatchObject({ code: refusal });
    }
    expect(await state()).toEqual(before);
    expect((await readdir(folder)).filter((name) => name.startsWith('upload'))).toEqual([]);
  });
});

describe('a client that goes away', () => {
  const address = () => new URL('/admin/imports?slug=never', platform.url);

  it('in the middle of an upload leaves no file and no tenant', async () => {
    const headers = { ...platform.operator.headers, 'content-type': 'application/x-tar', 'content-length': LIMIT };
    const upload = request(address(), { method: 'POST', headers });
    upload.on('error', () => undefined); // its own doing
    upload.write(archive.subarray(0, archive.length / 2));
    await eventually('the upload is being written', async () => (await uploads()).length === 1);
    upload.destroy();
    await eventually('nothing of it is left', async () => (await uploads()).length === 0);
    expect(await state()).toEqual(before);
  });

  it('in the middle of a download leaves no file open', async () => {
    const { body } = await platform.operator.get('/admin/exports?tenant=acme');
    const [{ id } = { id: '' }] = (body['_embedded'] as { item: { id: string }[] }).item;
    const { headers } = platform.operator;
    const download = request(new URL(`/admin/exports/${id}/archive`, platform.url), { headers }).end();
    const [answer] = (await once(download, 'response')) as [AsyncIterable<Buffer>];
    for await (const chunk of answer) if (chunk.length > 0) break;
    download.destroy();
    await eventually('the archive is closed', async () => (await openFiles()).length === 0);
    expect((await platform.operator.delete(`/admin/exports/${id}`)).status).toBe(204);
  });

  it('after a refusal may still send the rest, and is heard again', async () => {
    const rest = Buffer.concat([Buffer.from('x'.repeat(4096)), Buffer.alloc(LIMIT / 2)]);
    for (let times = 0; times < 3; times += 1)
      expect(await importArchive(platform.operator, rest)).toMatchObject({ status: 422 });
    expect(await imported(platform.operator, archive, { slug: 'after-all' })).toMatchObject({ status: 'succeeded' });
  });
});

const uploads = async () => (await readdir(folder)).filter((name) => name.startsWith('upload'));

/** Files of the folder that this process has open. */
async function openFiles(): Promise<string[]> {
  const links = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  return links.filter((path) => path.startsWith(folder));
}
