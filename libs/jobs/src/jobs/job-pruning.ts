import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Clock, Settings } from '@tenantry/kernel';
import { PLATFORM } from '@tenantry/tenancy';
import { DataSource } from 'typeorm';
import { HandlerDirectory } from '../handlers/handler-directory.js';

const INTERVAL = 600_000;
/** Rows that one statement deletes. */
const BATCH = 10_000;

const EVENTS = `
  DELETE FROM platform.event WHERE id IN (
    SELECT id FROM platform.event e WHERE occurred_at < now() - $1::integer * interval '1 second'
    AND NOT EXISTS (SELECT FROM platform.job j WHERE j.event_id = e.id) ORDER BY occurred_at LIMIT ${BATCH})`;
const DEAD = `
  DELETE FROM platform.job WHERE id IN (
    SELECT id FROM platform.job WHERE status = 'dead' AND updated_at < now() - $1::integer * interval '1 second' LIMIT ${BATCH})`;
/** What a purged tenant's dead jobs say is the tenant's, and goes with it. */
const PURGED = `
  UPDATE platform.job j SET payload = '{}', error = NULL WHERE status = 'dead' AND (payload <> '{}' OR error IS NOT NULL)
  AND NOT EXISTS (SELECT FROM platform.tenant t WHERE t.id = j.tenant_id)`;
const PURGED_EVENTS = `
  UPDATE platform.event e SET payload = '{}' WHERE type NOT LIKE 'tenant.%' AND payload <> '{}'
  AND NOT EXISTS (SELECT FROM platform.tenant t WHERE t.id = e.tenant_id)`;

/** Forgets delivered events and old dead jobs, every ten minutes. */
@Injectable()
export class JobPruning {
  private next = 0;

  constructor(
    @InjectDataSource(PLATFORM) private readonly dataSource: DataSource,
    private readonly handlers: HandlerDirectory,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  async round(): Promise<void> {
    const now = this.clock.now().getTime();
    if (now < this.next) return;
    await this.prune();
    await this.handlers.announce();
    this.next = now + INTERVAL;
  }

  async prune(): Promise<void> {
    await this.dataSource.query(DEAD, [this.settings.get('TENANTRY_JOB_RETENTION')]);
    await this.dataSource.query(EVENTS, [this.settings.get('TENANTRY_EVENT_RETENTION')]);
    await this.dataSource.query(PURGED);
    await this.dataSource.query(PURGED_EVENTS);
    await this.dataSource.query(`DELETE FROM platform.job_cron WHERE minute < now() - interval '2 days'`);
  }
}
