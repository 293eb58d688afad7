import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { checkSlug, type TenantEntity } from '@tenantry/tenancy';
import { ArchiveFolder } from '../exports/archive-folder.js';
import { TenantDirectory } from '../tenants/tenant-directory.js';
import { ArchivedTenant } from './archived-tenant.js';
import { ArchiveUpload } from './archive-upload.js';
import type { ImportQuery } from './import.dto.js';
import { ImportUnconfirmed } from './import.errors.js';
import { TenantImports } from './tenant-imports.js';

/** From an archive that arrives to the operation that imports it. */
@Injectable()
export class ArchiveImport {
  constructor(
    private readonly directory: TenantDirectory,
    private readonly upload: ArchiveUpload,
    private readonly archived: ArchivedTenant,
    private readonly imports: TenantImports,
    private readonly folder: ArchiveFolder,
  ) {}

  /**
   * @returns the operation's id
   * @throws what `ArchiveUpload.take` throws, IMPORT_UNCONFIRMED, TENANT_UNKNOWN, TENANT_BUSY, TENANT_SLUG_TAKEN
   */
  async begin(body: Readable, query: ImportQuery): Promise<string> {
    // What can be refused is refused before the archive is taken in.
    const replaced = await this.replaced(query);
    if (query.slug !== undefined) checkSlug(query.slug);
    const archive = await this.upload.take(body);
    try {
      if (replaced) return await this.imports.replace(archive, replaced);
      return await this.imports.create(archive, await this.archived.read(archive.manifest, query));
    } catch (error) {
      await this.folder.remove(archive.file);
      throw error;
    }
  }

  private async replaced({ tenant, replace, confirm }: ImportQuery): Promise<TenantEntity | undefined> {
    if (tenant === undefined && replace !== 'true') return undefined;
    const row = await this.directory.get(tenant ?? '');
    if (replace !== 'true' || confirm !== row.slug) throw new ImportUnconfirmed();
    return row;
  }
}
