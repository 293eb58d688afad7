import { createHash } from 'node:crypto';
import { ArchiveInvalid, ArchiveTooNew } from './archive.errors.js';
import {
  FORMAT,
  FORMAT_VERSION,
  HEADER_ENTRY,
  headerSchema,
  MANIFEST_ENTRY,
  MANIFEST_LIMIT,
  manifestSchema,
  MOST_ENTRIES,
  SEAL_ENTRY,
  sealOf,
  type Manifest,
} from './archive-format.js';
import { contentOf, readArchive, type ArchiveEntry } from './read-archive.js';

/** What was seen of a part. */
interface Seen {
  readonly entry: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly rows: number;
}

const HEADER_LIMIT = 4096;
const NEWLINE = 0x0a;

/**
 * Reads an archive from its first to its last byte and holds it against its own manifest: every part there, in order, of
 * its length and digest, with as many rows as told, and nothing besides.
 *
 * @param source its bytes; may be closed before their end when the archive is refused
 * @param limit bytes that it may unpack to
 * @throws ARCHIVE_INVALID, ARCHIVE_TOO_NEW, ARCHIVE_TOO_LARGE
 */
export async function verifyArchive(source: AsyncIterable<Buffer>, limit: number): Promise<Manifest> {
  const seen: Seen[] = [];
  let manifest: Manifest | undefined;
  let seal: string | undefined;
  let isWhole = false;
  let isFirst = true;
  for await (const entry of readArchive(source, limit)) {
    if (isWhole) throw new ArchiveInvalid('something comes after its end');
    if (seal !== undefined) isWhole = await hasSeal(entry, seal);
    else if (isFirst) await checkHeader(entry);
    else if (entry.name === MANIFEST_ENTRY) [manifest, seal] = await readManifest(entry);
    else if (seen.length < MOST_ENTRIES) seen.push(await look(entry));
    else throw new ArchiveInvalid('it has too many parts');
    isFirst = false;
  }
  if (!manifest || !isWhole) throw new ArchiveInvalid('its end is missing');
  compare(manifest, seen);
  return manifest;
}

async function checkHeader(entry: ArchiveEntry): Promise<void> {
  if (entry.name !== HEADER_ENTRY) throw new ArchiveInvalid('it does not begin with a header');
  const header = headerSchema.safeParse(parse(await contentOf(entry, HEADER_LIMIT)));
  if (!header.success) throw new ArchiveInvalid(`its header is not that of a ${FORMAT}`);
  const { formatVersion } = header.data;
  if (formatVersion > FORMAT_VERSION) throw new ArchiveTooNew(`its format is ${formatVersion}`);
}

/** @returns it, and what must come after it */
async function readManifest(entry: ArchiveEntry): Promise<[Manifest, string]> {
  const content = await contentOf(entry, MANIFEST_LIMIT);
  const read = manifestSchema.safeParse(parse(content));
  if (read.success) return [read.data, sealOf(createHash('sha256').update(content).digest('hex'))];
  const where = read.error.issues[0]?.path.join('.') ?? '';
  throw new ArchiveInvalid(`the manifest is malformed at "${where.slice(0, 100)}"`);
}

async function hasSeal(entry: ArchiveEntry, seal: string): Promise<true> {
  const isSeal = entry.name === SEAL_ENTRY && (await contentOf(entry, HEADER_LIMIT)).equals(Buffer.from(seal));
  if (!isSeal) throw new ArchiveInvalid('the manifest differs from its digest');
  return true;
}

function parse(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8')) as unknown;
  } catch (cause) {
    throw new ArchiveInvalid('a part that should be JSON is not', { cause });
  }
}

async function look({ name, bytes, content }: ArchiveEntry): Promise<Seen> {
  const hash = createHash('sha256');
  let rows = 0;
  for await (const chunk of content) {
    hash.update(chunk);
    // Within a value COPY writes a line's end as two characters, so that each row is a line.
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) rows += 1;
  }
  return { entry: name, bytes, sha256: hash.digest('hex'), rows };
}

function compare({ tables }: Manifest, seen: readonly Seen[]): void {
  if (new Set(tables.map(({ name }) => name)).size < tables.length) throw new ArchiveInvalid('a table is listed twice');
  let next = 0;
  for (const table of tables) {
    let rows = 0;
    for (const part of table.parts) {
      const found = seen[next++];
      if (found?.entry !== part.entry) throw new ArchiveInvalid('parts are missing, or in another order');
      if (found.bytes !== part.bytes || found.sha256 !== part.sha256)
        throw new ArchiveInvalid('a part differs from its digest');
      rows += found.rows;
    }
    if (rows !== table.rows) throw new ArchiveInvalid('a table has more or fewer rows than the manifest says');
  }
  if (next !== seen.length) throw new ArchiveInvalid('it has parts that the manifest does not list');
}
