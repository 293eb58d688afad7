import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Clock } from '@tenantry/kernel';
import { OperationPlans, PLATFORM, TenantBusy, TenantOperationEntity } from '@tenantry/tenancy';
import { In, LessThan, type DataSource, type FindOperator } from 'typeorm';

const INTERVAL = 30_000;
const SETTLED = 60_000;
/** Rows looked at in one round. */
const BATCH = 100;

/** Something that every round does besides. */
export interface SweeperDuty {
  /** Completes "Could not ...". */
  readonly what: string;
  run(): Promise<void>;
}

/**
 * Takes up what processes that died left unfinished, and does what is due: at the start and every half minute, in every
 * process. A lock for each operation lets one of them do it.
 */
@Injectable()
export class OperationSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Operations');
  private readonly duties: SweeperDuty[] = [];
  private sweeping: Promise<void> = Promise.resolve();
  private timer?: NodeJS.Timeout;

  constructor(
    @InjectDataSource(PLATFORM) private readonly dataSource: DataSource,
    private readonly plans: OperationPlans,
    private readonly clock: Clock,
  ) {}

  add(duty: SweeperDuty): void {
    this.duties.push(duty);
  }

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
        // Those that only another release knows are left to its processes, and must not fill the batch.
        where: { status: 'running', kind: In([...this.plans.kinds]), ...this.untouchedFor(age) },
        order: { createdAt: 'ASC' },
        take: BATCH,
      });
      for (const operation of running) {
        await this.attempt(`take up operation ${operation.id}`, () => this.takeUp(operation));
      }
    });
    for (const duty of this.duties) await this.attempt(duty.what, () => duty.run());
  }

  /** With no age every one counts, also one that was touched in this very millisecond. */
  private untouchedFor(age: number): { updatedAt?: FindOperator<Date> } {
    return age > 0 ? { updatedAt: LessThan(new Date(this.clock.now().getTime() - age)) } : {};
  }

  private async takeUp(operation: TenantOperationEntity): Promise<void> {
    await this.plans.of(operation.kind)?.takeUp(operation);
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
