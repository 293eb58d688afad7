import { Controller, Get, Param } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { defineError, isId, OperatorOnly } from '@tenantry/kernel';
import { PLATFORM, TenantOperationEntity } from '@tenantry/tenancy';
import type { Repository } from 'typeorm';
import { TenantPlan } from '../tenants/tenant-plan.js';

export const OperationUnknown = defineError('OPERATION_UNKNOWN', 404, 'There is no such operation.');

/** A step of an operation. */
export class OperationStepView {
  name!: string;
  /** `done` or `pending`. */
  status!: string;
  finishedAt?: string;
}

/** An operation on a tenant. */
export class OperationView {
  id!: string;
  tenantId!: string;
  /** `create` or `purge`. */
  kind!: string;
  /** `running`, `succeeded` or `failed`. */
  status!: string;
  steps!: OperationStepView[];
  /** Share of the steps that are done, 0 to 1. */
  progress!: number;
  createdAt!: Date;
  updatedAt!: Date;
}

@Controller('admin/operations')
@OperatorOnly()
export class OperationsController {
  constructor(
    @InjectRepository(TenantOperationEntity, PLATFORM) private readonly operations: Repository<TenantOperationEntity>,
    private readonly plan: TenantPlan,
  ) {}

  /** One operation: how far it is. */
  @Get(':id')
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
