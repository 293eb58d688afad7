import { Body, Controller, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation } from '@nestjs/swagger';
import { OperatorOnly, Page, Throws } from '@tenantry/kernel';
import type { FastifyReply } from 'fastify';
import { FleetOperations } from './fleet-operations.js';
import { FleetState } from './fleet-state.js';
import { MigrationRunning } from './migration.errors.js';
import {
  BehindQuery,
  BehindTenantView,
  FleetStateView,
  NewMigrationRequest,
  StartedMigrationView,
} from './migration.dto.js';

@Controller('admin/migrations')
@OperatorOnly()
export class MigrationsController {
  constructor(
    private readonly operations: FleetOperations,
    private readonly state: FleetState,
  ) {}

  /** How the fleet stands: how many tenants have which migrations, are behind, and failed. */
  @Get()
  @ApiOperation({ operationId: 'getAdminMigrations' })
  get(): Promise<FleetStateView> {
    return this.state.read();
  }

  /** Tenants that lack a migration, oldest first, with why they could not be migrated. */
  @Get('tenants')
  behind(@Query() query: BehindQuery): Promise<Page<BehindTenantView>> {
    return this.state.behind(query);
  }

  /** Begins to migrate every tenant that lacks something. It goes on in the background, also when this process dies. */
  @Post()
  @HttpCode(202)
  @Throws(MigrationRunning)
  @ApiOperation({ operationId: 'startAdminMigration' })
  @ApiAcceptedResponse({ type: StartedMigrationView, description: 'Begun; `Location` is the operation.' })
  async start(
    @Body() body: NewMigrationRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StartedMigrationView> {
    const started = await this.operations.start(body);
    void reply.header('location', `/admin/operations/${started.id}`);
    return started;
  }
}
