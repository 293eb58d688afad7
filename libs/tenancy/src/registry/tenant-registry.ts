import { Injectable } from '@nestjs/common';
import { isId, type Caches, type MaybePromise } from '@tenantry/kernel';
import { MoreThan, type DataSource } from 'typeorm';
import type { Tenant } from '../context/tenant.js';
import { FormerSlugEntity } from '../control/former-slug.entity.js';
import { TenantDomainEntity } from '../control/tenant-domain.entity.js';
import { TenantEntity } from '../control/tenant.entity.js';
import type { Notifications } from './notifications.js';
import { TenantCache } from './tenant-cache.js';
import { decodeChange, TENANT_CHANNEL, type TenantChange } from './tenant-change.js';

export interface TenantRegistryOptions {
  /** Tenants kept in memory. */
  readonly cacheSize: number;
  readonly caches?: Caches;
  /** Whether a schema with this set of migrations has all that this process's code needs. */
  covers(migrationSet: string | null): Promise<boolean>;
}

/**
 * Looks tenants up by id, slug or verified domain, from memory when possible. Every process hears of changes through
 * Postgres notifications and forgets what changed.
 *
 * @since 0.1.0
 */
@Injectable()
export class TenantRegistry {
  private readonly cache: TenantCache;

  constructor(
    private readonly dataSource: DataSource,
    private readonly options: TenantRegistryOptions,
  ) {
    this.cache = new TenantCache(options.cacheSize, options.caches);
  }

  /** Begins to hear of changes; until then nothing is cached. */
  listen(notifications: Notifications): Promise<void> {
    return notifications.subscribe(TENANT_CHANNEL, {
      connected: () => this.cache.hear(true),
      disconnected: () => this.cache.hear(false),
      notified: (payload) => this.notified(payload),
    });
  }

  findById(id: string): MaybePromise<Tenant | null> {
    if (!isId(id)) return null;
    const lower = id.toLowerCase();
    return this.cache.get(`id:${lower}`, () => this.load({ id: lower }));
  }

  findBySlug(slug: string): MaybePromise<Tenant | null> {
    if (!SLUG.test(slug)) return null;
    return this.cache.get(`slug:${slug}`, () => this.load({ slug }));
  }

  /** The tenant that had this slug before it was renamed, while the slug is kept for it. */
  findByFormerSlug(slug: string): MaybePromise<Tenant | null> {
    if (!SLUG.test(slug)) return null;
    return this.cache.get(`former:${slug}`, async () => {
      const row = await this.dataSource
        .getRepository(FormerSlugEntity)
        .findOneBy({ slug, reservedUntil: MoreThan(new Date()) });
      return row && this.load({ id: row.tenantId });
    });
  }

  /** By id or slug, whichever it looks like; a slug cannot look like an id. */
  find(reference: string): MaybePromise<Tenant | null> {
    return isId(reference) ? this.findById(reference) : this.findBySlug(reference);
  }

  findByDomain(domain: string): MaybePromise<Tenant | null> {
    return this.cache.get(`domain:${domain}`, async () => {
      const row = await this.dataSource.getRepository(TenantDomainEntity).findOneBy({ domain });
      return row?.verifiedAt ? this.load({ id: row.tenantId }) : null;
    });
  }

  /** Forgets at once in this process what other processes hear of a moment later. */
  forget(change: TenantChange): void {
    this.cache.forget(change);
  }

  private notified(payload: string): void {
    const change = decodeChange(payload);
    if (change) this.cache.forget(change);
    else this.cache.forgetAll();
  }

  private async load(where: { id: string } | { slug: string }): Promise<Tenant | null> {
    const row = await this.dataSource.getRepository(TenantEntity).findOneBy(where);
    if (!row) return null;
    const isBehind = row.status === 'active' && !(await this.options.covers(row.migrationSet));
    // Its tables are older than this process's code: unavailable, as if somebody worked on it.
    return toTenant(isBehind ? { ...row, status: 'maintenance' } : row);
  }
}

/** What a slug looks like: 3 to 63 characters, so that it fits a DNS label (RFC 1035). */
export const SLUG = /^[a-z][a-z0-9-]{1,61}[a-z0-9]$/;

export function toTenant(row: TenantEntity): Tenant {
  const { id, slug, name, status, plan, apiVersion, settings, maintenance, createdAt, updatedAt } = row;
  const tenant = { id, slug, name, status, plan, apiVersion, settings, createdAt, updatedAt };
  return Object.freeze(maintenance ? { ...tenant, maintenance } : tenant);
}
