import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { DomainError } from '@tenantry/kernel';
import pLimit from 'p-limit';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import type { Tenant } from '../context/tenant.js';
import type { OwnerDatabase } from '../control/owner-database.js';
import { TenantOperationEntity, type OperationProgress } from '../control/tenant-operation.entity.js';
import { TenantEntity } from '../control/tenant.entity.js';
import { TenantBusy } from '../lifecycle/lifecycle.errors.js';
import { toTenant } from '../registry/tenant-registry.js';
import type { LongOperation, LongOperationPlan } from './long-operation-plan.js';
import type { OperationPlans } from './operation-plans.js';
import { finish, OperationRunner, StepFailed } from './operation-runner.js';
import { OperationCancelled, OperationInterrupted } from './operation.errors.js';

/** Fewer than the connections for operations, so that tenants are made while archives are written. */
const AT_ONCE = 2;

/**
 * Carries out operations after their request was answered, in this process; when it dies the sweeper of any process
 * takes them up. A stop interrupts them between two checkpoints, which leaves them to the next process.
 *
 * @since 0.1.0
 */
@Injectable()
export class LongOperations implements OnModuleDestroy {
  private readonly logger = new Logger('Operations');
  private readonly runner: OperationRunner;
  private readonly kinds = new Map<string, LongOperationPlan>();
  private readonly underWay = new Map<string, Promise<void>>();
  private readonly limit = pLimit(AT_ONCE);
  private stopping = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly owner: OwnerDatabase,
    private readonly plans: OperationPlans,
  ) {
    this.runner = new OperationRunner(owner);
  }

  /** Makes a kind known, here and to the sweeper. */
  add(plan: LongOperationPlan): void {
    this.kinds.set(plan.kind, plan);
    this.plans.add({
      kind: plan.kind,
      cancellable: true,
      stepsOf: (row) => plan.steps(operationOf(row)).map(({ name }) => name),
      takeUp: (row) => Promise.resolve(this.start(row)),
    });
  }

  /** Begins, or goes on with, an operation that is written down and not over. Does not wait for it. */
  start(row: TenantOperationEntity): void {
    const plan = this.kinds.get(row.kind);
    if (!plan || row.status !== 'running' || this.stopping || this.underWay.has(row.id)) return;
    const work = this.limit(() => this.carryOut(plan, operationOf(row)))
      .catch((error: unknown) => {
        if (error instanceof TenantBusy || error instanceof OperationInterrupted) return; // another process has it
        this.logger.error(`Operation ${row.id} could not go on: ${String(error)}`, stackOf(error));
      })
      .finally(() => this.underWay.delete(row.id));
    this.underWay.set(row.id, work);
  }

  /**
   * Carries out, in this process, an operation that is written down.
   *
   * @returns it as it is afterwards: `running` when another process has it
   */
  async complete(id: string): Promise<TenantOperationEntity> {
    const rows = this.dataSource.getRepository(TenantOperationEntity);
    this.start(await rows.findOneByOrFail({ id }));
    await this.underWay.get(id);
    return rows.findOneByOrFail({ id });
  }

  /** Resolves when nothing is under way in this process. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay.values());
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    await this.settled();
  }

  private async carryOut(plan: LongOperationPlan, operation: LongOperation): Promise<void> {
    if (this.stopping) return;
    const listed = await this.dataSource.getRepository(TenantEntity).findOneBy({ id: operation.tenantId });
    const tenant = listed && (await subjectOf(plan, operation, listed));
    if (!tenant) {
      await this.owner.withClient((client) => finish(client, operation.id, 'failed', 'The tenant is gone.'));
      return;
    }
    try {
      await this.runner.run(operation.id, tenant, plan.steps(operation), {
        checkpoint: (progress) => this.checkpoint(operation.id, progress),
        onFailure: (client, error) => this.fail(client, plan, operation, error),
      });
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      this.logger.warn(`${plan.kind} ${operation.id}: ${error.message}`);
    }
  }

  private async fail(
    client: pg.ClientBase,
    plan: LongOperationPlan,
    operation: LongOperation,
    { step, cause }: StepFailed,
  ): Promise<void> {
    const told = cause instanceof DomainError ? `${cause.code}: ${cause.message}` : undefined;
    if (told === undefined) this.logger.error(`${plan.kind} ${operation.id} could not be done.`, stackOf(cause));
    await plan.undo(client, operation);
    await finish(client, operation.id, 'failed', told ?? `Step "${step}" failed; the log of the server says why.`);
  }

  private async checkpoint(id: string, progress: OperationProgress): Promise<void> {
    if (this.stopping) throw new OperationInterrupted();
    const { rows } = await this.owner.withClient((client) =>
      client.query<{ cancelled: boolean }>(
        `UPDATE platform.tenant_operation SET progress = $2, updated_at = now() WHERE id = $1
         RETURNING cancel_requested_at IS NOT NULL AS cancelled`,
        [id, JSON.stringify(progress)],
      ),
    );
    if (rows[0]?.cancelled !== false) throw new OperationCancelled();
  }
}

async function subjectOf(
  plan: LongOperationPlan,
  operation: LongOperation,
  listed: TenantEntity,
): Promise<Tenant | null> {
  return plan.subject ? plan.subject(operation, listed) : toTenant(listed);
}

/** What was asked is emptied in the end; what it is about stays in the result. */
function operationOf({ id, kind, tenantId, input, result }: TenantOperationEntity): LongOperation {
  return { id, kind, tenantId: tenantId ?? '', input: { ...result, ...input } };
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined;
}
