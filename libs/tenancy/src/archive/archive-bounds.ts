import { Transform } from 'node:stream';
import { ArchiveInvalid, ArchiveTooLarge } from './archive.errors.js';

const BLOCK = 512;
/** What a name that does not fit into one header takes besides: a header and a block. */
const LONG_NAME = 2 * BLOCK;
/** Bytes that may be on their way and belong to no file that was announced: chunks, and the end's empty blocks. */
const SLACK = 1_048_576;

/**
 * Keeps what is read of an archive within bounds: what it unpacks to, and what it has besides the files, because
 * tar-stream holds a file's extended header in memory whatever its size.
 */
export class ArchiveBounds {
  /** Where the unpacked bytes go through. */
  readonly stage: Transform;
  private passed = 0;
  private announced = 0;

  constructor(private readonly limit: number) {
    this.stage = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.passed += chunk.length;
        if (this.passed > limit) done(new ArchiveTooLarge(limit));
        else if (this.passed - this.announced > SLACK) done(new ArchiveInvalid('it holds more than its files'));
        else done(null, chunk);
      },
    });
  }

  /**
   * A file begins.
   *
   * @throws ARCHIVE_INVALID for a size that is none
   */
  announce(bytes: number, hasLongName: boolean): void {
    if (!Number.isSafeInteger(bytes) || bytes < 0) throw new ArchiveInvalid('the size of a part is none');
    if (bytes > this.limit) throw new ArchiveTooLarge(this.limit);
    this.announced += BLOCK + Math.ceil(bytes / BLOCK) * BLOCK + (hasLongName ? LONG_NAME : 0);
  }
}
