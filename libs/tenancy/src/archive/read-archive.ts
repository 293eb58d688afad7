import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { DomainError } from '@tenantry/kernel';
import tar from 'tar-stream';
import { ArchiveGone, ArchiveInvalid, ArchiveTooLarge } from './archive.errors.js';

/** One file of an archive. */
export interface ArchiveEntry {
  readonly name: string;
  readonly bytes: number;
  readonly content: AsyncIterable<Buffer>;
}

/**
 * The files of an archive in their order; nothing is ever written to a path that the archive names. Each must be read
 * before the next.
 *
 * @param limit bytes that it may unpack to
 * @throws ARCHIVE_INVALID, ARCHIVE_TOO_LARGE, ARCHIVE_GONE
 */
export async function* readArchive(file: string, limit: number): AsyncGenerator<ArchiveEntry> {
  const extract = tar.extract();
  const stages = (await isCompressed(file)) ? [createGunzip()] : [];
  const source = createReadStream(file, { highWaterMark: 262_144 });
  const reading = pipeline([source, ...stages, atMost(limit), extract]);
  const failure = reading.then(
    () => undefined,
    (error: unknown) => error,
  );
  try {
    for await (const entry of extract) {
      const { name, size = 0, type } = entry.header;
      if (type !== 'file') throw new ArchiveInvalid('it holds something that is no plain file');
      yield { name, bytes: size, content: told(entry) };
      entry.resume();
    }
    await reading;
  } catch (error) {
    source.destroy();
    // Of several that end each other, the first one says what is wrong.
    throw explained(error instanceof DomainError ? error : ((await failure) ?? error));
  } finally {
    source.destroy();
  }
}

async function isCompressed(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
      return bytesRead === 2 && buffer.readUInt16BE(0) === 0x1f8b; // RFC 1952 section 2.3.1
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new ArchiveGone({ cause });
  }
}

function atMost(limit: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > limit) done(new ArchiveTooLarge(limit));
      else done(null, chunk);
    },
  });
}

/** The content of a file, whose reader hears of a damage in the same words. */
async function* told(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* content;
  } catch (error) {
    throw explained(error);
  }
}

/** Whatever zlib and tar say of a damaged file is one thing to the client. Faults of the disk are not the archive's. */
function explained(error: unknown): unknown {
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
