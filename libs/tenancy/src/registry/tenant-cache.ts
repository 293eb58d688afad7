import { Caches, type MaybePromise } from '@tenantry/kernel';
import type { LRUCache } from 'lru-cache';
import type { Tenant } from '../context/tenant.js';
import type { TenantChange } from './tenant-change.js';

/** How a tenant was asked for. */
export type TenantKey = `id:${string}` | `slug:${string}` | `domain:${string}` | `former:${string}`;

interface Entry {
  readonly tenant: Tenant | null;
}

const TTL = 60_000;
const ABSENCES = 1000;

/**
 * What was looked up, absent tenants included, until somebody says that it changed. Works only while changes are heard.
 */
export class TenantCache {
  private readonly entries: LRUCache<TenantKey, Entry>;
  /** Apart and small, because anybody can ask for tenants that there are not. */
  private readonly absences: LRUCache<TenantKey, Entry>;
  private readonly inFlight = new Map<TenantKey, Promise<Tenant | null>>();
  private generation = 0;
  private hearing = false;

  constructor(max: number, caches = new Caches()) {
    this.entries = caches.lru('tenants', max, TTL);
    this.absences = caches.lru('absent-tenants', ABSENCES, TTL);
  }

  /** The cached answer, at once; else what `load` gives. A change heard while loading keeps the result out of the cache. */
  get(key: TenantKey, load: () => Promise<Tenant | null>): MaybePromise<Tenant | null> {
    const known = this.entries.get(key) ?? this.absences.get(key);
    return known ? known.tenant : (this.inFlight.get(key) ?? this.begin(key, load));
  }

  forget(change: TenantChange): void {
    this.generation += 1;
    this.inFlight.clear();
    this.absences.clear();
    this.entries.delete(`id:${change.id}`);
    for (const slug of change.slugs) {
      this.entries.delete(`slug:${slug}`);
      this.entries.delete(`former:${slug}`);
    }
    for (const domain of change.domains ?? []) this.entries.delete(`domain:${domain}`);
    for (const [key, { tenant }] of this.entries.entries()) {
      if (/^(domain|former):/.test(key) && tenant?.id === change.id) this.entries.delete(key);
    }
  }

  forgetAll(): void {
    this.generation += 1;
    this.inFlight.clear();
    this.entries.clear();
    this.absences.clear();
  }

  hear(hearing: boolean): void {
    this.hearing = hearing;
    this.forgetAll();
  }

  private begin(key: TenantKey, load: () => Promise<Tenant | null>): Promise<Tenant | null> {
    const loading = this.load(key, load).finally(() => {
      if (this.inFlight.get(key) === loading) this.inFlight.delete(key);
    });
    this.inFlight.set(key, loading);
    return loading;
  }

  private async load(key: TenantKey, load: () => Promise<Tenant | null>): Promise<Tenant | null> {
    const generation = this.generation;
    const tenant = await load();
    if (this.hearing && generation === this.generation) (tenant ? this.entries : this.absences).set(key, { tenant });
    return tenant;
  }
}
