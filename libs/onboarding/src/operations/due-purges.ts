import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Clock } from '@tenantry/kernel';
import { PLATFORM, TenantBusy, TenantEntity, TenantLifecycle } from '@tenantry/tenancy';
import { LessThanOrEqual, type Repository } from 'typeorm';
import { TenantPlan } from '../tenants/tenant-plan.js';
import { OperationSweeper } from './operation-sweeper.js';

/** Tenants purged in one round. */
const BATCH = 100;

/** Purges deleted tenants whose grace period is over. */
@Injectable()
export class DuePurges implements OnModuleInit {
  private readonly logger = new Logger('Operations');

  constructor(
    @InjectRepository(TenantEntity, PLATFORM) private readonly tenants: Repository<TenantEntity>,
    private readonly lifecycle: TenantLifecycle,
    private readonly plan: TenantPlan,
    private readonly sweeper: OperationSweeper,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.sweeper.add({ what: 'look for tenants to purge', run: () => this.purge() });
  }

  private async purge(): Promise<void> {
    const where = { status: 'deleted' as const, purgeAfter: LessThanOrEqual(this.clock.now()) };
    for (const { id } of await this.tenants.find({ where, take: BATCH })) {
      await this.lifecycle.purge(id, this.plan.purge).catch((error: unknown) => {
        if (!(error instanceof TenantBusy)) this.logger.error(`Could not purge ${id}: ${String(error)}`);
      });
    }
  }
}
