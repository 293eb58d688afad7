import { Injectable } from '@nestjs/common';
import { OperationPlans, type TenantOperationEntity } from '@tenantry/tenancy';
import type { OperationStepView, OperationView } from './operation.dto.js';

/** What operators see of an operation. */
@Injectable()
export class OperationViews {
  constructor(private readonly plans: OperationPlans) {}

  of(row: TenantOperationEntity): OperationView {
    const { id, tenantId, kind, status, result, error, createdAt, updatedAt } = row;
    const steps = this.stepsOf(row);
    return {
      id,
      ...(tenantId !== null && { tenantId }),
      kind,
      status,
      steps,
      progress: progressOf(row, steps),
      ...(result && { result }),
      ...(error !== null && { error }),
      cancellable: status === 'running' && Boolean(this.plans.of(kind)?.cancellable),
      createdAt,
      updatedAt,
      _links: { self: { href: `/admin/operations/${id}` } },
    };
  }

  private stepsOf(row: TenantOperationEntity): OperationStepView[] {
    const done = new Map(row.steps.map((step) => [step.name, step.finishedAt]));
    // What was asked is forgotten when an operation has ended: then those that are done are what there was to do.
    const planned = row.status === 'succeeded' ? [] : (this.plans.of(row.kind)?.stepsOf(row) ?? []);
    return [...new Set([...planned, ...done.keys()])].map((name) => ({
      name,
      status: done.has(name) ? 'done' : 'pending',
      ...(done.has(name) && { finishedAt: done.get(name) }),
    }));
  }
}

function progressOf({ status, progress }: TenantOperationEntity, steps: readonly OperationStepView[]): number {
  if (status === 'succeeded') return 1;
  if (steps.length === 0) return 0;
  const done = steps.filter((step) => step.status === 'done').length;
  const share = progress && progress.total > 0 ? Math.min(progress.done / progress.total, 1) : 0;
  return done === steps.length ? 1 : (done + share) / steps.length;
}
