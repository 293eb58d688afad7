import { Readable } from 'node:stream';
import { Controller, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiConsumes, ApiOperation } from '@nestjs/swagger';
import { PlanUnknown } from '@tenantry/billing';
import { OperatorOnly, Throws } from '@tenantry/kernel';
import {
  ArchiveInvalid,
  ArchiveStorageFull,
  ArchiveTooLarge,
  ArchiveTooNew,
  TenantBusy,
  TenantSlugInvalid,
  TenantSlugReserved,
  TenantSlugTaken,
  TenantTransitionInvalid,
  TenantUnknown,
} from '@tenantry/tenancy';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BegunOperation } from '../operations/begun-operation.js';
import { OperationView } from '../operations/operation.dto.js';
import { ArchiveImport } from './archive-import.js';
import { ImportQuery } from './import.dto.js';
import { ImportBodyMissing, ImportUnconfirmed } from './import.errors.js';

@Controller('admin/imports')
@OperatorOnly()
export class ImportsController {
  constructor(
    private readonly imports: ArchiveImport,
    private readonly begun: BegunOperation,
  ) {}

  /**
   * Makes a tenant of an archive, or replaces the data of one (`tenant`, `replace=true`, `confirm`). The whole archive
   * is taken in and verified before anything is touched, and before this answers.
   */
  @Post()
  @HttpCode(202)
  @Throws(ArchiveInvalid, ArchiveTooNew, ArchiveTooLarge, ArchiveStorageFull, ImportBodyMissing, ImportUnconfirmed)
  @Throws(TenantUnknown, TenantSlugTaken, TenantSlugInvalid, TenantSlugReserved, PlanUnknown)
  @Throws(TenantBusy, TenantTransitionInvalid)
  @ApiOperation({ operationId: 'importTenant' })
  @ApiConsumes('application/x-tar', 'application/gzip', 'application/octet-stream')
  @ApiBody({ schema: { type: 'string', format: 'binary' }, description: 'The archive, as it was downloaded.' })
  @ApiAcceptedResponse({ type: OperationView, description: 'Begun; `Location` says how far it is.' })
  async import(
    @Query() query: ImportQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OperationView> {
    const { body } = request;
    if (!(body instanceof Readable)) throw new ImportBodyMissing();
    return this.begun.answer(() => this.imports.begin(body, query), reply);
  }
}
