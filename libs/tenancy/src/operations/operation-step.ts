import type pg from 'pg';
import type { Tenant } from '../context/tenant.js';
import type { OperationProgress } from '../control/tenant-operation.entity.js';

/**
 * Notes how far a long step is.
 *
 * @throws OPERATION_CANCELLED, OperationInterrupted when it must not go on
 */
export type Checkpoint = (progress: OperationProgress) => Promise<void>;

/** What a step works with. */
export interface StepContext {
  /** In the transaction that also records the step as done; the owner's, so for DDL and the control schema only. */
  readonly client: pg.ClientBase;
  /** The tenant as it is made; `active` only where nobody sees it before all steps are done. */
  readonly tenant: Tenant;
  /** What the operation was asked with. */
  readonly input: Readonly<Record<string, unknown>>;
  /** The operation's id; absent where a step runs by itself. */
  readonly operationId?: string;
  /** To be called now and then by what takes long. */
  readonly checkpoint?: Checkpoint;
}

/**
 * One named step of an operation. Runs again after a crash, so it must be idempotent; what it does through the given
 * client is undone when the step fails.
 */
export interface OperationStep {
  readonly name: string;
  /**
   * Whether it may share one transaction with the steps beside it, while nobody else sees the tenant yet. A step that
   * does not say so has a transaction of its own.
   */
  readonly sharesTransaction?: boolean;
  /** Whether it does nothing through the given client: of steps that share a transaction it may run beside the others. */
  readonly leavesClient?: boolean;
  /** From this step on there is no way back: a wish to cancel is not heard any more. */
  readonly irrevocable?: boolean;
  run(context: StepContext): Promise<void>;
}
