import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { isId } from '@tenantry/kernel';
import { Notifications, PLATFORM } from '@tenantry/tenancy';
import { DataSource } from 'typeorm';
import { JobRecord } from './job-record.js';

/** Postgres notification channel that names a tenant with something to do. */
const CHANNEL = 'tenantry_job';

/** Tenants told of and not looked at yet; the next round finds any others. */
const MOST = 1000;

/**
 * Hands tenants' jobs to graphile-worker when they are written (told by a notification), and at each round those whose
 * time has come and those whose notification was lost.
 */
@Injectable()
export class HandOver {
  private readonly logger = new Logger('Jobs');
  private readonly told = new Set<string>();
  private working?: Promise<void>;
  private open = false;

  constructor(
    @InjectDataSource(PLATFORM) private readonly dataSource: DataSource,
    private readonly notifications: Notifications,
    private readonly record: JobRecord,
  ) {}

  async start(): Promise<void> {
    this.open = true;
    await this.notifications.subscribe(CHANNEL, {
      connected: () => undefined,
      disconnected: () => undefined,
      notified: (tenantId) => this.tell(tenantId),
    });
  }

  /** One look at every tenant with something due. */
  async round(): Promise<void> {
    const rows = await this.dataSource.query<{ id: string }[]>('SELECT platform.due_tenants() AS id');
    for (const { id } of rows) if (this.open) await this.record.handOver(id);
  }

  async stop(): Promise<void> {
    this.open = false;
    await this.working;
  }

  private tell(tenantId: string): void {
    if (!this.open || !isId(tenantId)) return;
    if (this.told.size < MOST) this.told.add(tenantId);
    this.working ??= this.work().finally(() => (this.working = undefined));
  }

  private async work(): Promise<void> {
    for (const tenantId of this.told) {
      this.told.delete(tenantId);
      await this.record.handOver(tenantId).catch((error: unknown) => {
        this.logger.warn(`Jobs of tenant ${tenantId} wait for the next round: ${String(error)}`);
      });
    }
  }
}
