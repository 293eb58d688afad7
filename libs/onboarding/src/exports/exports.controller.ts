import { Controller, Delete, Get, HttpCode, Param, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { OperatorOnly, Page, Throws } from '@tenantry/kernel';
import { ArchiveGone } from '@tenantry/tenancy';
import type { FastifyReply } from 'fastify';
import { ArchiveFolder } from './archive-folder.js';
import { ExportDirectory, ExportUnknown } from './export-directory.js';
import { ExportQuery, ExportView, viewOfExport } from './export.dto.js';

const BINARY = { schema: { type: 'string', format: 'binary' } };

@Controller('admin/exports')
@OperatorOnly()
export class ExportsController {
  constructor(
    private readonly directory: ExportDirectory,
    private readonly folder: ArchiveFolder,
  ) {}

  /** Archives of tenants, oldest first. */
  @Get()
  async list(@Query() query: ExportQuery): Promise<Page<ExportView>> {
    const { items, next } = await this.directory.list(query);
    return new Page(items.map(viewOfExport), next);
  }

  /** One archive: what it is. */
  @Get(':id')
  @Throws(ExportUnknown)
  async get(@Param('id') id: string): Promise<ExportView> {
    return viewOfExport(await this.directory.get(id));
  }

  /** The archive itself. */
  @Get(':id/archive')
  @Throws(ExportUnknown, ArchiveGone)
  @ApiOkResponse({ content: { 'application/x-tar': BINARY, 'application/gzip': BINARY }, description: 'The archive.' })
  async download(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    const { file, slug } = await this.directory.get(id);
    const { stream, bytes } = await this.folder.read(file);
    const isCompressed = file.endsWith('.gz');
    // As it is: compressing it on the way would cost more than it saves.
    void reply.header('content-encoding', 'identity').header('cache-control', 'no-store');
    return new StreamableFile(stream, {
      type: isCompressed ? 'application/gzip' : 'application/x-tar',
      length: bytes,
      disposition: `attachment; filename="${slug}.tar${isCompressed ? '.gz' : ''}"`,
    });
  }

  /** Deletes an archive. */
  @Delete(':id')
  @HttpCode(204)
  @Throws(ExportUnknown)
  async remove(@Param('id') id: string): Promise<void> {
    await this.directory.remove(id);
  }
}
