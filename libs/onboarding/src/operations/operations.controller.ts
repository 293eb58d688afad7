import { Controller, Get, Param } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { defineError, isId, OperatorOnly, Throws } from '@tenantry/kernel';
import { OperationPlans, PLATFORM, TenantOperationEntity } from '@tenantry/tenancy';
import type { Repository } from 'typeorm';
import { OperationView } from './operation.dto.js';

export const OperationUnknown = defineError('OPERATION_UNKNOWN', 404, 'There is no such operation.');

/** Clients of every version rely on a tenant's id to be there. */
const NIL_UUID = '00000000-0000-0000-0000-000000000000';

@Controller('admin/operations')
@OperatorOnly()
export class OperationsController {
  constructor(
    @InjectRepository(TenantOperationEntity, PLATFORM) private readonly operations: Repository<TenantOperationEntity>,
    private readonly plans: OperationPlans,
  ) {}

  /** One operation: how far it is. */
  @Get(':id')
  @Throws(OperationUnknown)
  async get(@Param('id') id: string): Promise<OperationView> {
    const row = isId(id) ? await this.operations.findOneBy({ id }) : null;
    if (!row) throw new OperationUnknown();
    const done = new Map(row.steps.map((step) => [step.name, step.finishedAt]));
    const steps = (this.plans.of(row.kind)?.stepsOf(row) ?? [...done.keys()]).map((name) => ({
      name,
      status: done.has(name) ? 'done' : 'pending',
      ...(done.has(name) && { finishedAt: done.get(name) }),
    }));
    const { tenantId, kind, status, createdAt, updatedAt } = row;
    const progress = steps.length > 0 ? done.size / steps.length : 0;
    return { id, tenantId: tenantId ?? NIL_UUID, kind, status, steps, progress, createdAt, updatedAt };
  }
}
