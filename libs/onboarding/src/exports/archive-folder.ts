import { once } from 'node:events';
import { createReadStream, createWriteStream, type ReadStream } from 'node:fs';
import { chmod, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Settings } from '@tenantry/kernel';
import { ArchiveGone, ArchiveStorageFull } from '@tenantry/tenancy';
import type { Writable } from 'node:stream';

const PART = '.part';
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The folder of archives: for the server's OS user alone. A file has its name only once it is whole and on disk. */
@Injectable()
export class ArchiveFolder {
  readonly path: string;

  constructor(settings: Settings) {
    this.path = settings.get('TENANTRY_EXPORT_DIR') ?? join(settings.get('TENANTRY_DATA_DIR'), 'exports');
  }

  /**
   * Writes a file, or nothing.
   *
   * @param name within the folder; what an attempt before left of it goes
   * @throws ARCHIVE_STORAGE_FULL
   */
  async write<T>(name: string, produce: (target: Writable) => Promise<T>): Promise<T> {
    const part = this.pathOf(`${name}${PART}`);
    try {
      await this.ensure();
      await rm(part, { force: true });
      // Flushed before it is closed, and closed before it gets its name.
      const target = createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true, highWaterMark: 1_048_576 });
      const closed = once(target, 'close');
      closed.catch(() => undefined); // what goes wrong while it is written is told by who writes
      try {
        const result = await produce(target);
        await closed;
        await rename(part, this.pathOf(name));
        await this.sync();
        return result;
      } finally {
        target.destroy();
        await closed.catch(() => undefined); // it may be about to be opened, and would come after what removes it
      }
    } catch (error) {
      await rm(part, { force: true }).catch(() => undefined); // the first error is the one to report
      if (FULL.has((error as NodeJS.ErrnoException).code ?? '')) throw new ArchiveStorageFull({ cause: error });
      throw error;
    }
  }

  /** @throws ARCHIVE_GONE */
  async read(name: string): Promise<{ readonly stream: ReadStream; readonly bytes: number }> {
    const bytes = await this.size(name);
    return { stream: createReadStream(this.pathOf(name), { highWaterMark: 262_144 }), bytes };
  }

  /** @throws ARCHIVE_GONE */
  async size(name: string): Promise<number> {
    try {
      return (await stat(this.pathOf(name))).size;
    } catch (cause) {
      throw new ArchiveGone({ cause });
    }
  }

  async remove(name: string): Promise<void> {
    for (const each of [name, `${name}${PART}`]) await rm(this.pathOf(each), { force: true });
  }

  /** Names of the files, and when each was last written; none when there is no folder. */
  async list(): Promise<{ readonly name: string; readonly writtenAt: Date }[]> {
    const names = await readdir(this.path).catch(() => []);
    const files = await Promise.all(
      names.map((name) =>
        stat(this.pathOf(name)).then(
          ({ mtime }) => ({ name, writtenAt: mtime }),
          () => [],
        ),
      ),
    );
    return files.flat();
  }

  /** @param name never anything that a client said */
  pathOf(name: string): string {
    return join(this.path, name);
  }

  private async ensure(): Promise<void> {
    const made = await mkdir(this.path, { recursive: true, mode: 0o700 });
    if (made !== undefined) await chmod(this.path, 0o700);
  }

  /** A renaming is on disk only when its folder is. */
  private async sync(): Promise<void> {
    const folder = await open(this.path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}
