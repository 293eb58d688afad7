import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import type { Tenant } from '../context/tenant.js';
import { inTransaction, type OwnerDatabase } from '../control/owner-database.js';
import type { OperationStepRecord } from '../control/tenant-operation.entity.js';
import { TenantBusy } from '../lifecycle/lifecycle.errors.js';
import type { Checkpoint, OperationStep } from './operation-step.js';
import { OperationCancelled, OperationInterrupted } from './operation.errors.js';

/** Which step of an operation failed. */
export class StepFailed extends Error {
  constructor(
    readonly step: string,
    cause: unknown,
  ) {
    super(`Step "${step}" failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'StepFailed';
  }
}

interface Progress {
  readonly input: Record<string, unknown>;
  readonly steps: OperationStepRecord[];
  readonly cancelled: boolean;
}

/** What happens around the steps. */
export interface RunHooks {
  /** Undoes what the steps did and says how the operation ended, still under its lock. */
  readonly onFailure?: (client: pg.ClientBase, error: StepFailed) => Promise<void>;
  readonly checkpoint?: Checkpoint;
}

interface Running {
  readonly client: pg.ClientBase;
  readonly operationId: string;
  readonly tenant: Tenant;
  readonly checkpoint?: Checkpoint;
}

/** Key space of the advisory locks that operations hold, apart from all others of the database. */
const LOCK_SPACE = 0x7e4a;

/**
 * Runs an operation's steps in order, each with its record in one transaction, and goes on where a former process
 * stopped. A session lock keeps two processes from the same operation and ends with the process that holds it.
 */
@Injectable()
export class OperationRunner {
  constructor(private readonly owner: OwnerDatabase) {}

  /**
   * @throws TENANT_BUSY when another process is at it
   * @throws StepFailed with the step's own error as cause; steps before it stay done
   */
  async run(
    operationId: string,
    tenant: Tenant,
    steps: readonly OperationStep[],
    hooks: RunHooks | RunHooks['onFailure'] = {},
  ): Promise<void> {
    const { onFailure, checkpoint }: RunHooks = typeof hooks === 'function' ? { onFailure: hooks } : hooks;
    await this.owner.withOperationClient(async (client) => {
      if (!(await tryLock(client, operationId))) throw new TenantBusy();
      let isUndoable = true;
      try {
        for (const step of steps) {
          await this.runStep({ client, operationId, tenant, checkpoint }, step);
          if (step.irrevocable) isUndoable = false;
        }
        await finish(client, operationId, 'succeeded', null);
      } catch (error) {
        // Still under the lock, or another process would take up what is being undone.
        // After a step without a way back the operation stays as it is, to be tried again.
        if (error instanceof StepFailed && isUndoable) await onFailure?.(client, error);
        throw error;
      } finally {
        await unlock(client, operationId);
      }
    });
  }

  private async runStep({ client, operationId: id, tenant, checkpoint }: Running, step: OperationStep): Promise<void> {
    const { input, steps, cancelled } = await progress(client, id);
    if (steps.some(({ name }) => name === step.name)) return;
    try {
      if (cancelled && !step.irrevocable) throw new OperationCancelled();
      await inTransaction(client, async () => {
        await step.run({ client, tenant, input, operationId: id, checkpoint });
        const done: OperationStepRecord = { name: step.name, finishedAt: new Date().toISOString() };
        await client.query(
          `UPDATE platform.tenant_operation SET steps = steps || $2::jsonb, updated_at = now(),
             progress = CASE WHEN $3 THEN NULL ELSE progress END WHERE id = $1`,
          [id, JSON.stringify([done]), checkpoint !== undefined],
        );
      });
    } catch (error) {
      if (error instanceof OperationInterrupted) throw error;
      throw new StepFailed(step.name, error);
    }
  }
}

export async function finish(
  client: pg.ClientBase,
  operationId: string,
  status: 'succeeded' | 'failed',
  error: string | null,
): Promise<void> {
  await client.query(
    `UPDATE platform.tenant_operation SET status = $2, error = $3, input = '{}', updated_at = now() WHERE id = $1`,
    [operationId, status, error],
  );
}

async function progress(client: pg.ClientBase, id: string): Promise<Progress> {
  const { rows } = await client.query<Progress>(
    `SELECT input, steps, cancel_requested_at IS NOT NULL AS cancelled
     FROM platform.tenant_operation WHERE id = $1 AND status = 'running'`,
    [id],
  );
  if (!rows[0]) throw new TenantBusy(); // ended by another process meanwhile
  return rows[0];
}

async function tryLock(client: pg.ClientBase, id: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1, hashtext($2)) AS locked', [
    LOCK_SPACE,
    id,
  ]);
  return rows[0]?.locked ?? false;
}

async function unlock(client: pg.ClientBase, id: string): Promise<void> {
  await client.query('SELECT pg_advisory_unlock($1, hashtext($2))', [LOCK_SPACE, id]);
}
