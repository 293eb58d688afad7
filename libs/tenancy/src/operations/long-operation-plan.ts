import type pg from 'pg';
import type { TenantEntity } from '../control/tenant.entity.js';
import type { Tenant } from '../context/tenant.js';
import type { OperationStep } from './operation-step.js';

/** What an operation is about while it runs. */
export interface LongOperation {
  readonly id: string;
  readonly kind: string;
  readonly tenantId: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** A kind of operation that goes on after its request was answered. */
export interface LongOperationPlan {
  readonly kind: string;

  steps(operation: LongOperation): readonly OperationStep[];

  /** Removes what the steps left when one failed or an operator cancelled. Must be idempotent. */
  undo(client: pg.ClientBase, operation: LongOperation): Promise<void>;

  /** The tenant that the steps work on, where it is not the one that the operation is listed with. */
  subject?(operation: LongOperation, listed: TenantEntity): Promise<Tenant | null>;
}
