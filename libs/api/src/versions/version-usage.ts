import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Clock, Settings, type Caches } from '@tenantry/kernel';
import type { DataSource } from 'typeorm';

interface Use {
  readonly tenantId: string;
  readonly version: string;
  requests: number;
  last: Date;
}

/**
 * Which tenant speaks which version, gathered in memory and written now and then. Tells operators whom a sunset would
 * meet; it is no bill, so what a killed process had not written yet is lost.
 */
@Injectable()
export class VersionUsage implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('ApiVersions');
  private uses = new Map<string, Use>();
  private writing: Promise<void> = Promise.resolve();
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly settings: Settings,
    caches: Caches,
  ) {
    caches.watch('version-uses', settings.get('TENANTRY_TENANT_CACHE'), () => this.uses.size);
  }

  onModuleInit(): void {
    const interval = this.settings.get('TENANTRY_USAGE_FLUSH') * 1000;
    this.timer = setInterval(() => this.flushInBackground(), interval).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  count(tenantId: string, version: string): void {
    const key = tenantId + version;
    const use = this.uses.get(key);
    if (!use) {
      this.uses.set(key, { tenantId, version, requests: 1, last: this.clock.now() });
      if (this.uses.size >= this.settings.get('TENANTRY_TENANT_CACHE')) this.flushInBackground();
      return;
    }
    use.requests += 1;
    use.last = this.clock.now();
  }

  private flushInBackground(): void {
    this.flush().catch((error: unknown) => this.logger.warn(`Not written: ${String(error)}`));
  }

  /** Writes take turns: who asks has all that was counted so far written when this resolves. */
  flush(): Promise<void> {
    const written = this.writing.then(() => this.write());
    this.writing = written.catch(() => undefined); // told to who asked
    return written;
  }

  private async write(): Promise<void> {
    if (this.uses.size === 0) return;
    const uses = [...this.uses.values()];
    this.uses = new Map();
    // Ordered, so that two processes that write at once do not wait for each other; a purged tenant has no use.
    await this.dataSource.query(
      `INSERT INTO platform.api_version_use (tenant_id, version, requests, last_used_at)
       SELECT added.* FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::timestamptz[])
         AS added (tenant_id, version, requests, last_used_at)
       WHERE EXISTS (SELECT FROM platform.tenant WHERE id = added.tenant_id FOR KEY SHARE)
       ORDER BY tenant_id, version
       ON CONFLICT (tenant_id, version) DO UPDATE SET
         requests = api_version_use.requests + excluded.requests,
         last_used_at = greatest(api_version_use.last_used_at, excluded.last_used_at)`,
      [
        uses.map(({ tenantId }) => tenantId),
        uses.map(({ version }) => version),
        uses.map(({ requests }) => requests),
        uses.map(({ last }) => last),
      ],
    );
  }
}
