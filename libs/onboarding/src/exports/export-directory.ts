import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { defineError, isId, type Page } from '@tenantry/kernel';
import { findPage, PLATFORM, TenantExportEntity } from '@tenantry/tenancy';
import type { Repository } from 'typeorm';
import { ArchiveFolder } from './archive-folder.js';
import type { ExportQuery } from './export.dto.js';

export const ExportUnknown = defineError('EXPORT_UNKNOWN', 404, 'There is no such export.');

/** The archives that there are. */
@Injectable()
export class ExportDirectory {
  constructor(
    @InjectRepository(TenantExportEntity, PLATFORM) private readonly exports: Repository<TenantExportEntity>,
    private readonly folder: ArchiveFolder,
  ) {}

  /** @throws CURSOR_INVALID */
  list({ tenant, ...page }: ExportQuery): Promise<Page<TenantExportEntity>> {
    if (tenant === undefined) return findPage(this.exports, page);
    return findPage(this.exports, page, isId(tenant) ? { tenantId: tenant } : { slug: tenant });
  }

  /** @throws EXPORT_UNKNOWN */
  async get(id: string): Promise<TenantExportEntity> {
    const row = isId(id) ? await this.exports.findOneBy({ id }) : null;
    if (!row) throw new ExportUnknown();
    return row;
  }

  /** @throws EXPORT_UNKNOWN */
  async remove(id: string): Promise<void> {
    const { file } = await this.get(id);
    await this.folder.remove(file); // first: a row without a file is found again, a file without a row is not
    await this.exports.delete({ id });
  }
}
