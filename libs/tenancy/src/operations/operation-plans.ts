import { Injectable } from '@nestjs/common';
import type { TenantOperationEntity } from '../control/tenant-operation.entity.js';

/** How operations of one kind are carried out. Whoever owns the kind brings it. */
export interface OperationPlan {
  /** Such as `create`: unique, and what the operation's row and its answer say. */
  readonly kind: string;
  /** Whether operators may cancel one that is running: what it did is undone then. */
  readonly cancellable?: boolean;

  /** Names of the steps of this operation, in their order. */
  stepsOf(operation: TenantOperationEntity): readonly string[];

  /**
   * Goes on where a process that died stopped.
   *
   * @throws TENANT_BUSY when another process is at it
   */
  takeUp(operation: TenantOperationEntity): Promise<void>;
}

/**
 * All kinds of operations that this process can carry out.
 *
 * @since 0.1.0
 */
@Injectable()
export class OperationPlans {
  private readonly plans = new Map<string, OperationPlan>();

  /** @throws when the kind is there already */
  add(plan: OperationPlan): void {
    if (this.plans.has(plan.kind)) throw new Error(`Operations of the kind "${plan.kind}" are declared twice.`);
    this.plans.set(plan.kind, plan);
  }

  /** Undefined for a kind that only another release knows. */
  of(kind: string): OperationPlan | undefined {
    return this.plans.get(kind);
  }

  /** In the order in which they were added. */
  get kinds(): readonly string[] {
    return [...this.plans.keys()];
  }
}
