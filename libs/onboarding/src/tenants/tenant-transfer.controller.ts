import { Body, Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation } from '@nestjs/swagger';
import { OperatorOnly, Throws } from '@tenantry/kernel';
import { PlanUnknown } from '@tenantry/billing';
import {
  TenantBusy,
  TenantSlugInvalid,
  TenantSlugReserved,
  TenantSlugTaken,
  TenantTransitionInvalid,
  TenantUnknown,
} from '@tenantry/tenancy';
import type { FastifyReply } from 'fastify';
import { CloneOwnerRequired, TenantClones } from '../clones/tenant-clones.js';
import { CloneRequest } from '../clones/clone.dto.js';
import { NewExportRequest } from '../exports/export.dto.js';
import { TenantExports } from '../exports/tenant-exports.js';
import { BegunOperation } from '../operations/begun-operation.js';
import { OperationView } from '../operations/operation.dto.js';
import { TenantDirectory } from './tenant-directory.js';

const BEGUN = { type: OperationView, description: 'Begun; `Location` says how far it is.' };

/** Getting a tenant's data out, or into another tenant. */
@Controller('admin/tenants/:id')
@OperatorOnly()
@Throws(TenantUnknown, TenantTransitionInvalid, TenantBusy)
export class TenantTransferController {
  constructor(
    private readonly directory: TenantDirectory,
    private readonly exports: TenantExports,
    private readonly clones: TenantClones,
    private readonly begun: BegunOperation,
  ) {}

  /** Writes everything of a tenant into an archive, as it is at one moment, while it goes on serving. */
  @Post('export')
  @HttpCode(202)
  @ApiOperation({ operationId: 'exportAdminTenant' })
  @ApiAcceptedResponse(BEGUN)
  async export(
    @Param('id') reference: string,
    @Body() body: NewExportRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OperationView> {
    return this.begun.answer(async () => this.exports.begin(await this.directory.get(reference), body), reply);
  }

  /** Makes another tenant like this one, with or without its data, while it goes on serving. */
  @Post('clone')
  @HttpCode(202)
  @Throws(TenantSlugTaken, TenantSlugInvalid, TenantSlugReserved, PlanUnknown, CloneOwnerRequired)
  @ApiOperation({ operationId: 'cloneAdminTenant' })
  @ApiAcceptedResponse(BEGUN)
  async clone(
    @Param('id') reference: string,
    @Body() body: CloneRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OperationView> {
    return this.begun.answer(async () => this.clones.begin(await this.directory.get(reference), body), reply);
  }
}
