import { Injectable } from '@nestjs/common';
import { ApiVersionUnknown, decodeCursor, encodeCursor, Page, type PageQuery } from '@tenantry/kernel';
import type { DataSource } from 'typeorm';
import { ApiContract } from './api-contract.js';
import { versionPath } from './version-notices.js';
import { VersionSunsets } from './version-sunsets.js';
import type { ApiVersionUseView, ApiVersionView, TenantVersionUseView } from './version.dto.js';

interface UseRow {
  readonly version: string;
  readonly pinned: number;
  readonly active: number;
  readonly last: Date | null;
}

interface TenantRow {
  readonly id: string;
  readonly slug: string;
  readonly pinned: boolean;
  readonly requests: string | null;
  readonly last: Date | null;
}

/** What there is to know of the versions, for callers and for operators. */
@Injectable()
export class VersionReport {
  constructor(
    private readonly dataSource: DataSource,
    private readonly contract: ApiContract,
    private readonly sunsets: VersionSunsets,
  ) {}

  /** @throws API_VERSION_UNKNOWN */
  version(version: string): ApiVersionView {
    const { versions, changes } = this.contract.chain;
    if (!versions.all.includes(version)) throw new ApiVersionUnknown(versions.all);
    const successor = versions.after(version);
    return {
      version,
      ...this.state(version),
      ...(successor !== undefined && { deprecatedAt: successor }),
      changes: changes
        .filter(({ change }) => change.date === version)
        .map(({ module, name, change: { date, description, schemas } }) => {
          return { date, module, name, description, schemas: schemas.map(({ schema }) => schema) };
        }),
      _links: {
        self: { href: versionPath(version) },
        ...(successor !== undefined && { 'successor-version': { href: versionPath(successor) } }),
        'service-desc': { href: `/openapi.json?version=${version}` },
      },
    };
  }

  /** Newest first. */
  versions(): ApiVersionView[] {
    return [...this.contract.chain.versions.all].reverse().map((version) => this.version(version));
  }

  /** Newest first. */
  async uses(): Promise<ApiVersionUseView[]> {
    const { versions } = this.contract.chain;
    const rows = await this.dataSource.query<UseRow[]>(
      `SELECT version, coalesce(pinned, 0)::int AS pinned, coalesce(active, 0)::int AS active, last
       FROM (SELECT api_version AS version, count(*) AS pinned FROM platform.tenant WHERE status <> 'deleted' GROUP BY 1) AS pins
       FULL JOIN (SELECT version, max(last_used_at) AS last,
                    count(*) FILTER (WHERE last_used_at > now() - interval '30 days') AS active
                  FROM platform.api_version_use JOIN platform.tenant ON tenant.id = tenant_id
                  WHERE status <> 'deleted' GROUP BY 1) AS uses USING (version)`,
    );
    return [...versions.all].reverse().map((version) => {
      // A pin to a date that is no version any more counts for the version that it means.
      const own = rows.filter((row) => versions.ofPin(row.version) === version);
      const last = own.flatMap((row) => row.last ?? []).sort((a, b) => b.getTime() - a.getTime())[0];
      return {
        version,
        ...this.state(version),
        pinnedTenants: own.reduce((sum, { pinned }) => sum + pinned, 0),
        activeTenants: own.reduce((sum, { active }) => sum + active, 0),
        ...(last && { lastUsedAt: last }),
        _links: {
          self: { href: `/admin/api-versions/${version}` },
          tenants: { href: `/admin/api-versions/${version}/tenants` },
        },
      };
    });
  }

  /** @throws API_VERSION_UNKNOWN */
  async use(version: string): Promise<ApiVersionUseView> {
    const found = (await this.uses()).find((use) => use.version === version);
    if (!found) throw new ApiVersionUnknown(this.contract.chain.versions.all);
    return found;
  }

  /** Tenants that are pinned to a version or have used it, by id. */
  async tenants(version: string, { limit, cursor }: PageQuery): Promise<Page<TenantVersionUseView>> {
    const { versions } = this.contract.chain;
    if (!versions.all.includes(version)) throw new ApiVersionUnknown(versions.all);
    const rows = await this.dataSource.query<TenantRow[]>(
      `SELECT tenant.id, slug, api_version = ANY($4) AS pinned, requests, last_used_at AS last
       FROM platform.tenant LEFT JOIN platform.api_version_use AS use ON use.tenant_id = tenant.id AND use.version = $1
       WHERE (api_version = ANY($4) OR use.version IS NOT NULL) AND status <> 'deleted'
         AND ($2::uuid IS NULL OR tenant.id > $2)
       ORDER BY tenant.id LIMIT $3`,
      [version, cursor === undefined ? null : decodeCursor(cursor), limit + 1, await this.pinsOf(version)],
    );
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return new Page(rows.slice(0, limit).map(viewOf), last && encodeCursor(last.id));
  }

  /** Dates of pins that mean this version: its own, and those that are no version any more. */
  private async pinsOf(version: string): Promise<string[]> {
    const { versions } = this.contract.chain;
    const rows = await this.dataSource.query<{ pin: string }[]>(
      'SELECT DISTINCT api_version AS pin FROM platform.tenant',
    );
    return rows.map(({ pin }) => pin).filter((pin) => versions.ofPin(pin) === version);
  }

  private state(version: string): { status: ApiVersionView['status']; sunsetAt?: string } {
    const sunsetAt = this.sunsets.of(version);
    const isNewest = version === this.contract.chain.versions.newest;
    return {
      status: isNewest ? 'current' : this.sunsets.isOver(version) ? 'ended' : 'deprecated',
      ...(sunsetAt !== undefined && { sunsetAt }),
    };
  }
}

function viewOf({ id, slug, pinned, requests, last }: TenantRow): TenantVersionUseView {
  return {
    id,
    slug,
    pinned,
    requests: Number(requests ?? 0),
    ...(last && { lastUsedAt: last }),
    _links: { self: { href: `/admin/tenants/${id}` } },
  };
}
