import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Clock } from '@tenantry/kernel';
import {
  OperationPlans,
  PLATFORM,
  TenantBusy,
  TenantEntity,
  TenantLifecycle,
  TenantOperationEntity,
} from '@tenantry/tenancy';
import { LessThan, LessThanOrEqual, type DataSource, type FindOperator } from 'typeorm';
import { TenantPlan } from '../tenants/tenant-plan.js';

const INTERVAL = 30_000;
const SETTLED = 60_000;
/** Rows looked at in one round. */
const BATCH = 100;

/**
 * Takes up what processes that died left unfinished, and purges deleted tenants whose grace period is over: at the
 * start and every half minute, in every process. A lock for each operation lets one of them do it.
 */
@Injectable()
export class OperationSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Operations');
  private sweeping: Promise<void> = Promise.resolve();
  private timer?: NodeJS.Timeout;

  constructor(
    @InjectDataSource(PLATFORM) private readonly dataSource: DataSource,
    private readonly plans: OperationPlans,
    private readonly lifecycle: TenantLifecycle,
    private readonly plan: TenantPlan,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.sweep(0); // whoever began them may have died a moment ago: we are its successor
    this.timer = setInterval(() => void this.sweep(), INTERVAL).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }

  /**
   * One round; rounds take turns.
   *
   * @param age milliseconds; operations touched later are most likely about to be worked on by who began them
   */
  sweep(age = SETTLED): Promise<void> {
    this.sweeping = this.sweeping.then(() => this.round(age));
    return this.sweeping;
  }

  private async round(age: number): Promise<void> {
    await this.attempt('look for unfinished operations', async () => {
      const running = await this.dataSource.getRepository(TenantOperationEntity).find({
        where: { status: 'running', ...this.untouchedFor(age) },
        order: { createdAt: 'ASC' },
        take: BATCH,
      });
      for (const operation of running) {
        await this.attempt(`take up operation ${operation.id}`, () => this.takeUp(operation));
      }
    });
    await this.attempt('look for tenants to purge', async () => {
      const due = await this.dataSource.getRepository(TenantEntity).find({
        where: { status: 'deleted', purgeAfter: LessThanOrEqual(this.clock.now()) },
        take: BATCH,
      });
      for (const { id } of due) await this.attempt(`purge ${id}`, () => this.lifecycle.purge(id, this.plan.purge));
    });
  }

  /** With no age every one counts, also one that was touched in this very millisecond. */
  private untouchedFor(age: number): { updatedAt?: FindOperator<Date> } {
    return age > 0 ? { updatedAt: LessThan(new Date(this.clock.now().getTime() - age)) } : {};
  }

  private async takeUp(operation: TenantOperationEntity): Promise<void> {
    await this.plans.of(operation.kind)?.takeUp(operation); // a kind of another release is left to its processes
  }

  private async attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof TenantBusy) return; // another process is at it
      this.logger.error(`Could not ${what}: ${String(error)}`);
    }
  }
}
