import type pg from 'pg';
import type { Tenant } from '../context/tenant.js';

/** What a step works with. */
export interface StepContext {
  /** In the transaction that also records the step as done; the owner's, so for DDL and the control schema only. */
  readonly client: pg.ClientBase;
  /** The tenant as it is made; its status is not `active` yet. */
  readonly tenant: Tenant;
  /** What the operation was asked with. */
  readonly input: Readonly<Record<string, unknown>>;
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
  run(context: StepContext): Promise<void>;
}
