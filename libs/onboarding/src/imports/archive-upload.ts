import { randomBytes } from 'node:crypto';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
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

/** Takes archives in: onto the disk first, then verified as a whole before anything else is done with one. */
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
    // The request itself stays open, so that a refusal can be answered.
    const chunks = body.iterator({ destroyOnReturn: false });
    await this.folder.write(file, (target) => pipeline(chunks, this.bounded(), target));
    try {
      const manifest = await verifyArchive(this.folder.pathOf(file), this.limit);
      const unknown = this.migrations.schemaBuilder.unknown(manifest.migrations);
      if (unknown.length > 0) throw new ArchiveTooNew('it has migrations that this installation does not know');
      if (manifest.migrations.length === 0) throw new ArchiveInvalid('it names no migrations');
      return { file, manifest };
    } catch (error) {
      await this.folder.remove(file);
      throw error;
    }
  }

  private bounded(): Transform {
    const { limit } = this;
    let bytes = 0;
    return new Transform({
      transform(chunk: Buffer, _encoding, done) {
        bytes += chunk.length;
        if (bytes > limit) done(new ArchiveTooLarge(limit));
        else done(null, chunk);
      },
    });
  }
}
