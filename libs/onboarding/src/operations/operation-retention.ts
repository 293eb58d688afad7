import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Clock, Settings } from '@tenantry/kernel';
import { PLATFORM } from '@tenantry/tenancy';
import type { DataSource } from 'typeorm';
import { OperationSweeper } from './operation-sweeper.js';

/** Rows removed in one round. */
const BATCH = 1000;

/** Forgets operations that ended long ago: every tenant that is made, and every one that is purged, leaves some. */
@Injectable()
export class OperationRetention implements OnModuleInit {
  constructor(
    @InjectDataSource(PLATFORM) private readonly dataSource: DataSource,
    private readonly sweeper: OperationSweeper,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.sweeper.add({ what: 'remove old operations', run: () => this.removeDue() });
  }

  /** What was touched last is what counts; an operation that runs is never old. */
  private async removeDue(): Promise<void> {
    const retention = this.settings.get('TENANTRY_OPERATION_RETENTION') * 1000;
    await this.dataSource.query(
      `DELETE FROM platform.tenant_operation WHERE id IN
         (SELECT id FROM platform.tenant_operation
          WHERE created_at < $1 AND updated_at < $1 AND status <> 'running'
          ORDER BY created_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)`,
      [new Date(this.clock.now().getTime() - retention)],
    );
  }
}
