import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { AvailableWhen, OperatorOnly, Page, Throws } from '@tenantry/kernel';
import { OperationNotCancellable } from '@tenantry/tenancy';
import { OperationDirectory, OperationUnknown } from './operation-directory.js';
import { OperationViews } from './operation-views.js';
import { OperationQuery, OperationView } from './operation.dto.js';

@Controller('admin/operations')
@OperatorOnly()
export class OperationsController {
  constructor(
    private readonly directory: OperationDirectory,
    private readonly views: OperationViews,
  ) {}

  /** Operations, oldest first. */
  @Get()
  async list(@Query() query: OperationQuery): Promise<Page<OperationView>> {
    const { items, next } = await this.directory.list(query);
    return new Page(
      items.map((row) => this.views.of(row)),
      next,
    );
  }

  /** One operation: how far it is. */
  @Get(':id')
  @Throws(OperationUnknown)
  async get(@Param('id') id: string): Promise<OperationView> {
    return this.views.of(await this.directory.get(id));
  }

  /** Stops an operation and undoes what it did; it is `failed` once that is done. */
  @Post(':id/cancel')
  @HttpCode(200)
  @AvailableWhen<OperationView>(({ cancellable }) => cancellable === true)
  @Throws(OperationUnknown, OperationNotCancellable)
  async cancel(@Param('id') id: string): Promise<OperationView> {
    return this.views.of(await this.directory.cancel(id));
  }
}
