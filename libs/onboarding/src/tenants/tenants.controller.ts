import { Body, Controller, Delete, Get, HttpStatus, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse } from '@nestjs/swagger';
import { CollectionOf, OperatorOnly, Page, Throws } from '@tenantry/kernel';
import { Untagged } from '@tenantry/api';
import { PlanUnknown } from '@tenantry/billing';
import {
  TenantBusy,
  TenantEntity,
  TenantProvisioningFailed,
  TenantSlugInvalid,
  TenantSlugReserved,
  TenantSlugTaken,
  TenantTransitionInvalid,
  TenantUnknown,
} from '@tenantry/tenancy';
import type { FastifyReply } from 'fastify';
import { BegunTenants } from './begun-tenants.js';
import { TenantChanges } from './tenant-changes.js';
import { TenantCreation } from './tenant-creation.js';
import { TenantDirectory } from './tenant-directory.js';
import { TenantEndings } from './tenant-endings.js';
import { TenantPurgeUnconfirmed } from './tenant.errors.js';
import { NewTenantRequest, TenantChangeRequest, TenantDeletionQuery, TenantQuery, TenantView } from './tenant.dto.js';

@Controller('admin/tenants')
@OperatorOnly()
export class TenantsController {
  constructor(
    private readonly directory: TenantDirectory,
    private readonly begun: BegunTenants,
    private readonly creation: TenantCreation,
    private readonly changes: TenantChanges,
    private readonly endings: TenantEndings,
  ) {}

  /** Makes a tenant with its schema, role and owner; it is ready for use when this answers. */
  @Post()
  @Untagged() // A third of the time that it takes to make one of a schema that waits.
  @Throws(PlanUnknown, TenantSlugTaken, TenantSlugInvalid, TenantSlugReserved, TenantProvisioningFailed, TenantBusy)
  async create(@Body() body: NewTenantRequest): Promise<TenantView> {
    return (await this.begun.finish(body)) ?? this.creation.create(body);
  }

  /** Tenants, oldest first. */
  @Get()
  @CollectionOf(TenantEntity)
  async list(@Query() query: TenantQuery): Promise<Page<TenantView>> {
    const { items, next } = await this.directory.list(query);
    return new Page(await this.directory.views(items), next);
  }

  /** One tenant, by id or slug. */
  @Get(':id')
  @Throws(TenantUnknown)
  async get(@Param('id') reference: string): Promise<TenantView> {
    return this.directory.view(await this.directory.get(reference));
  }

  /** Changes a tenant. */
  @Patch(':id')
  @Throws(TenantUnknown, PlanUnknown, TenantSlugTaken, TenantSlugInvalid, TenantSlugReserved)
  async change(@Param('id') id: string, @Body() body: TenantChangeRequest): Promise<TenantView> {
    const { id: tenantId } = await this.directory.get(id);
    return this.directory.view(await this.changes.change(tenantId, body));
  }

  /** Deletes a tenant: its data is dropped after the grace period, or now with `purge=true&confirm=<slug>` (204). */
  @Delete(':id')
  @Throws(TenantUnknown, TenantPurgeUnconfirmed, TenantTransitionInvalid, TenantBusy)
  @ApiOkResponse({ type: TenantView, description: 'Deleted; its data is kept until `purgeAfter`.' })
  @ApiNoContentResponse({ description: 'Purged.' })
  async delete(
    @Param('id') id: string,
    @Query() query: TenantDeletionQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TenantView | undefined> {
    const deleted = await this.endings.delete(id, query);
    if (!deleted) reply.code(HttpStatus.NO_CONTENT);
    return deleted && this.directory.view(deleted);
  }
}
