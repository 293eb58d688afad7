import { Controller, Get, Param } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { defineError, isId, OperatorOnly, Throws } from '@tenantry/kernel';
import { PLATFORM, TenantOperationEntity } from '@tenantry/tenancy';
import type { Repository } from 'typeorm';
import { TenantPlan } from '../tenants/tenant-plan.js';
import { OperationView } from './operation.dto.js';

export const OperationUnknown = defineError('OPERATION_UNKNOWN', 404, 'There is no such operation.');

@Controller('admin/operations')
@OperatorOnly()
export class OperationsController {
  constructor(
    @InjectRepository(TenantOperationEntity, PLATFORM) private readonly operations: Repository<TenantOperationEntity>,
    private readonly plan: TenantPlan,
  ) {}

  /** One operation: how far it is. */
  @Get(':id')
  @Throws(OperationUnknown)
  async get(@Param('id') id: string): Promise<OperationView> {
    const row = isId(id) ? await this.operations.findOneBy({ id }) : null;
    if (!row) throw new OperationUnknown();
    const done = new Map(row.steps.map((step) => [step.name, step.finishedAt]));
    const steps = this.plan.stepsOf(row.kind).map(({ name }) => ({
      name,
      status: done.has(name) ? 'done' : 'pending',
      ...(done.has(name) && { finishedAt: done.get(name) }),
    }));
    const { tenantId, kind, status, createdAt, updatedAt } = row;
    return { id, tenantId, kind, status, steps, progress: done.size / steps.length, createdAt, updatedAt };
  }
}
