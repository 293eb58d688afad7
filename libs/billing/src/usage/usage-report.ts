import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Clock } from '@tenantry/kernel';
import { PLATFORM, TenantContext } from '@tenantry/tenancy';
import type { DataSource } from 'typeorm';
import { UsageRangeInvalid } from '../billing.errors.js';
import { UsageMeter } from './usage-meter.js';
import type { UsageQuery, UsageView } from './usage.dto.js';

const LONGEST = 92 * 24 * 3_600_000;

/** What the current tenant used. */
@Injectable()
export class UsageReport {
  constructor(
    @InjectDataSource(PLATFORM) private readonly dataSource: DataSource,
    private readonly meter: UsageMeter,
    private readonly context: TenantContext,
    private readonly clock: Clock,
  ) {}

  /** @throws USAGE_RANGE_INVALID */
  async of(query: UsageQuery): Promise<UsageView> {
    const now = this.clock.now();
    const from = query.from ? new Date(query.from) : new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth()));
    const to = query.to ? new Date(query.to) : now;
    const span = to.getTime() - from.getTime();
    if (!(span > 0 && span <= LONGEST)) throw new UsageRangeInvalid();
    await this.meter.flush(); // this process's own share is then up to date
    const rows = await this.dataSource.query<{ hour: Date; requests: string }[]>(
      `SELECT hour, requests FROM platform.usage_hour
       WHERE tenant_id = $1 AND hour >= date_trunc('hour', $2::timestamptz, 'UTC') AND hour < $3 ORDER BY hour`,
      [this.context.current().id, from, to],
    );
    const item = rows.map(({ hour, requests }) => ({ hour, requests: Number(requests) }));
    const requests = item.reduce((sum, each) => sum + each.requests, 0);
    return { from, to, requests, _embedded: { item }, _links: { self: { href: '/usage' } } };
  }
}
