import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { DomainError } from '@tenantry/kernel';
import tar from 'tar-stream';
import { ArchiveGone, ArchiveInvalid } from './archive.errors.js';
import { ArchiveBounds } from './archive-bounds.js';

/** One file of an archive. */
export interface ArchiveEntry {
  readonly name: string;
  readonly bytes: number;
  readonly content: AsyncIterable<Buffer>;
}

/** Extended headers, of which the types of tar-stream know nothing. */
type LongHeaders = tar.Headers & { readonly pax?: object | null };

const CHUNK = 262_144;
const GZIP = 0x1f8b; // RFC 1952 section 2.3.1

/** @throws ARCHIVE_GONE */
export async function openArchive(file: string): Promise<Readable> {
  try {
    return (await open(file, 'r')).createReadStream({ highWaterMark: CHUNK });
  } catch (cause) {
    throw new ArchiveGone({ cause });
  }
}

/**
 * The files of an archive in their order; nothing is ever written to a path that the archive names. Each must be read
 * before the next.
 *
 * @param source its bytes, gzipped or not; read to the end, or closed
 * @param limit bytes that it may unpack to
 * @throws ARCHIVE_INVALID, ARCHIVE_TOO_LARGE
 */
export async function* readArchive(source: AsyncIterable<Buffer>, limit: number): AsyncGenerator<ArchiveEntry> {
  const extract = tar.extract();
  const bounds = new ArchiveBounds(limit);
  // Of several that end each other, the first one says what is wrong.
  const failures: unknown[] = [];
  const noteFailure = (error: unknown) => void failures.push(error);
  try {
    const { content, isCompressed } = await begin(source, noteFailure);
    const gunzip = isCompressed ? createGunzip() : undefined;
    for (const stage of [gunzip, bounds.stage]) stage?.once('error', noteFailure);
    const reading = gunzip
      ? pipeline(content, gunzip, bounds.stage, extract)
      : pipeline(content, bounds.stage, extract);
    reading.catch(noteFailure);
    for await (const entry of extract) {
      const { name, size = 0, type, pax }: LongHeaders = entry.header;
      if (type !== 'file') throw new ArchiveInvalid('it holds something that is no plain file');
      bounds.announce(size, Boolean(pax));
      yield { name, bytes: size, content: told(entry, failures) };
      entry.resume();
    }
    await reading;
  } catch (error) {
    throw explained(failures, error);
  } finally {
    extract.destroy();
  }
}

/** Looks at the first bytes, and gives all of them. */
async function begin(source: AsyncIterable<Buffer>, noteFailure: (error: unknown) => void) {
  const chunks = source[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < 2) {
    const next = await chunks.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  async function* content(): AsyncGenerator<Buffer> {
    try {
      if (head.length > 0) yield head;
      yield* { [Symbol.asyncIterator]: () => chunks };
    } catch (error) {
      noteFailure(error);
      throw error;
    } finally {
      await chunks.return?.();
    }
  }
  return { content, isCompressed: head.length >= 2 && head.readUInt16BE(0) === GZIP };
}

/** The content of a file, whose reader hears of a damage in the same words. */
async function* told(content: AsyncIterable<Buffer>, failures: readonly unknown[]): AsyncGenerator<Buffer> {
  try {
    yield* content;
  } catch (error) {
    throw explained(failures, error);
  }
}

/** Whatever zlib and tar say of a damaged file is one thing to the client. Faults of the disk are not the archive's. */
function explained(failures: readonly unknown[], last: unknown): unknown {
  const error = last instanceof DomainError ? last : (failures[0] ?? last);
  const { code = '' } = error as NodeJS.ErrnoException;
  const isOurs = error instanceof DomainError || error instanceof TypeError || /^E[A-Z]+$/.test(code);
  return isOurs ? error : new ArchiveInvalid('it cannot be unpacked', { cause: error });
}

/** Everything of a small file. */
export async function contentOf({ bytes, content }: ArchiveEntry, limit: number): Promise<Buffer> {
  if (bytes > limit) throw new ArchiveInvalid('a part is larger than it may be');
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}
