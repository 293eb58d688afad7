import { randomBytes } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { Settings } from '@tenantry/kernel';
import {
  ArchiveInvalid,
  ArchiveTooLarge,
  ArchiveTooNew,
  TenantMigrations,
  verifyArchive,
  type Manifest,
} from '@tenantry/tenancy';
import { ArchiveFolder } from '../exports/archive-folder.js';

/** An archive that was read from its first to its last byte and is what it says. */
export interface VerifiedArchive {
  /** Name within the folder of archives. */
  readonly file: string;
  readonly manifest: Manifest;
}

/** Takes archives in: onto the disk, verified as a whole on the way, before anything else is done with one. */
@Injectable()
export class ArchiveUpload {
  private readonly limit: number;

  constructor(
    private readonly folder: ArchiveFolder,
    private readonly migrations: TenantMigrations,
    settings: Settings,
  ) {
    this.limit = settings.get('TENANTRY_IMPORT_LIMIT');
  }

  /** @throws ARCHIVE_INVALID, ARCHIVE_TOO_NEW, ARCHIVE_TOO_LARGE, ARCHIVE_STORAGE_FULL */
  async take(body: Readable): Promise<VerifiedArchive> {
    const file = `upload-${randomBytes(16).toString('hex')}`;
    const manifest = await this.folder.write(file, async (target) => {
      const read = await verifyArchive(this.spooled(body, target), this.limit);
      this.refuseNewer(read);
      target.end();
      return read;
    });
    return { file, manifest };
  }

  private refuseNewer({ migrations }: Manifest): void {
    if (this.migrations.schemaBuilder.unknown(migrations).length > 0)
      throw new ArchiveTooNew('it has migrations that this installation does not know');
    if (migrations.length === 0) throw new ArchiveInvalid('it names no migrations');
  }

  /** The bytes as they come in, each written before the one after it is taken. */
  private async *spooled(body: Readable, target: Writable): AsyncGenerator<Buffer> {
    const { limit } = this;
    let bytes = 0;
    let writing = Promise.resolve();
    try {
      // The request itself stays open, so that a refusal can be answered.
      for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > limit) throw new ArchiveTooLarge(limit);
        await writing;
        writing = written(target, chunk);
        yield chunk;
      }
      await writing;
    } finally {
      writing.catch(() => undefined); // whoever gave up knows why
      body.resume(); // what is left goes nowhere, or the sender would wait for ever
    }
  }
}

function written(target: Writable, chunk: Buffer): Promise<void> {
  const writing = new Promise<void>((resolve, reject) => {
    target.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
  writing.catch(() => undefined); // told when it is waited for
  return writing;
}
