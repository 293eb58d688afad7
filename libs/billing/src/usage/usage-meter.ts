import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Clock, newId, Settings, type Caches } from '@tenantry/kernel';
import type { DataSource } from 'typeorm';

const HOUR = 3_600_000;

type Counts = Map<number, Map<string, number>>;

/** Counts that are on their way to the database. Sent again under the same id until the database has them. */
interface Batch {
  readonly id: string;
  /** By hour since 1970, then by tenant. */
  readonly counts: Counts;
}

/**
 * Counts API requests per tenant and hour in memory and adds them up in the database with one statement now and then.
 * A batch whose fate is unknown is sent again under its id and counts once. A process that is killed loses what it
 * counted since the last flush; one that is stopped loses nothing.
 */
@Injectable()
export class UsageMeter implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('Usage');
  private counts: Counts = new Map();
  /** Entries of all hours. */
  private size = 0;
  private pending?: Batch;
  private flushing: Promise<void> = Promise.resolve();
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly settings: Settings,
    caches: Caches,
  ) {
    caches.watch('usage-counts', settings.get('TENANTRY_TENANT_CACHE'), () => this.size);
  }

  onModuleInit(): void {
    const interval = this.settings.get('TENANTRY_USAGE_FLUSH') * 1000;
    this.timer = setInterval(() => this.flushInBackground(), interval).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
    if (this.counts.size > 0) await this.flush(); // counted while the first was under way
  }

  /** Counts one request of a tenant. */
  count(tenantId: string): void {
    const hour = Math.floor(this.clock.now().getTime() / HOUR);
    const counts = this.counts.get(hour) ?? new Map<string, number>();
    if (counts.size === 0) this.counts.set(hour, counts);
    if (!counts.has(tenantId)) this.size += 1;
    counts.set(tenantId, (counts.get(tenantId) ?? 0) + 1);
    // Before it holds more tenants than the registry does: what comes while it is written has the other half.
    if (this.size === Math.ceil(this.settings.get('TENANTRY_TENANT_CACHE') / 2)) this.flushInBackground();
  }

  /** Writes what was counted so far. Flushes take turns. */
  flush(): Promise<void> {
    const next = this.flushing.catch(() => undefined).then(() => this.write());
    this.flushing = next;
    return next;
  }

  private flushInBackground(): void {
    this.flush().catch((error: unknown) =>
      this.logger.warn(`Usage could not be written and is kept: ${String(error)}`),
    );
  }

  private async write(): Promise<void> {
    if (!this.pending) {
      if (this.counts.size === 0) return;
      this.pending = { id: newId(), counts: this.counts };
      this.counts = new Map();
      this.size = 0;
    }
    const { id, counts } = this.pending;
    const rows = [...counts].flatMap(([hour, tenants]) => [...tenants].map((each) => [hour, ...each] as const));
    await this.dataSource.query(ADD, [
      id,
      rows.map(([, tenantId]) => tenantId),
      rows.map(([hour]) => new Date(hour * HOUR)),
      rows.map(([, , requests]) => requests),
    ]);
    this.pending = undefined;
  }
}

const ADD = `
  WITH first AS (
    INSERT INTO platform.usage_flush (id) VALUES ($1) ON CONFLICT (id) DO NOTHING RETURNING id
  ), old AS (
    DELETE FROM platform.usage_flush WHERE flushed_at < now() - interval '1 day'
  )
  INSERT INTO platform.usage_hour (tenant_id, hour, requests)
  SELECT * FROM unnest($2::uuid[], $3::timestamptz[], $4::bigint[]) AS added (tenant_id, hour, requests)
  WHERE EXISTS (SELECT FROM first) ORDER BY tenant_id, hour
  ON CONFLICT (tenant_id, hour) DO UPDATE SET requests = usage_hour.requests + excluded.requests`;
