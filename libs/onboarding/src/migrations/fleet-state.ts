import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { decodeCursor, encodeCursor, Page } from '@tenantry/kernel';
import { PLATFORM, TenantMigrations } from '@tenantry/tenancy';
import type { DataSource } from 'typeorm';
import { failureReason } from './failure-reason.js';
import type { BehindQuery, BehindTenantView, FleetStateView, MigrationSetView } from './migration.dto.js';

interface BehindRow {
  readonly id: string;
  readonly slug: string;
  readonly missing: number;
  readonly migration: string | null;
  readonly sql_state: string | null;
  readonly attempts: number;
  readonly failed_at: Date;
}

/** Reads how far the tenants' schemas are. Those that are being made do not count. */
@Injectable()
export class FleetState {
  constructor(
    @InjectDataSource(PLATFORM) private readonly platform: DataSource,
    private readonly migrations: TenantMigrations,
  ) {}

  async read(): Promise<FleetStateView> {
    const sets = await this.platform.query<(MigrationSetView & { failed: number })[]>(
      `SELECT coalesce(cardinality(s.migrations), 0) AS migrations, count(*)::int AS tenants,
              coalesce(s.migrations @> $1::text[], false) AS "isCurrent", count(f.tenant_id)::int AS failed
       FROM platform.tenant t LEFT JOIN platform.migration_set s ON s.id = t.migration_set
       LEFT JOIN platform.migration_failure f ON f.tenant_id = t.id
       WHERE t.status <> 'provisioning' GROUP BY s.id, s.migrations ORDER BY tenants DESC, migrations DESC`,
      [this.migrations.target.migrations],
    );
    const sum = (count: (set: (typeof sets)[number]) => number) => sets.reduce((total, set) => total + count(set), 0);
    return {
      tenants: sum(({ tenants }) => tenants),
      current: sum(({ tenants, isCurrent }) => (isCurrent ? tenants : 0)),
      behind: sum(({ tenants, isCurrent }) => (isCurrent ? 0 : tenants)),
      failed: sum(({ failed, isCurrent }) => (isCurrent ? 0 : failed)),
      findings: await this.migrations.findings(),
      sets: sets.slice(0, 100).map(({ migrations, tenants, isCurrent }) => ({ migrations, tenants, isCurrent })),
    };
  }

  /** @throws CURSOR_INVALID */
  async behind({ state, limit, cursor }: BehindQuery): Promise<Page<BehindTenantView>> {
    const { migrations: names } = this.migrations.target;
    const rows = await this.platform.query<BehindRow[]>(
      `SELECT t.id, t.slug, f.migration, f.sql_state, f.attempts, f.failed_at,
              (SELECT count(*)::int FROM unnest($1::text[]) n WHERE n <> ALL (coalesce(s.migrations, '{}'))) AS missing
       FROM platform.tenant t LEFT JOIN platform.migration_set s ON s.id = t.migration_set
       LEFT JOIN platform.migration_failure f ON f.tenant_id = t.id
       WHERE t.status <> 'provisioning' AND NOT coalesce(s.migrations, '{}') @> $1::text[]
         AND ($2::uuid IS NULL OR t.id > $2) AND ($3 OR f.tenant_id IS NOT NULL)
       ORDER BY t.id LIMIT $4`,
      [names, cursor === undefined ? null : decodeCursor(cursor), state !== 'failed', limit + 1],
    );
    const items = rows.slice(0, limit).map(viewOf);
    const last = items.at(-1);
    return new Page(items, rows.length > limit && last ? encodeCursor(last.id) : undefined);
  }
}

function viewOf({ id, slug, missing, migration, sql_state, attempts, failed_at }: BehindRow): BehindTenantView {
  if (migration === null) return { id, slug, missing };
  const reason = failureReason(sql_state);
  const failedAt = failed_at.toISOString();
  return {
    id,
    slug,
    missing,
    failure: { migration, reason, ...(sql_state !== null && { sqlState: sql_state }), attempts, failedAt },
  };
}
