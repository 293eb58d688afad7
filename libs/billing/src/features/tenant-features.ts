import { Injectable } from '@nestjs/common';
import { Caches, Settings, type MaybePromise } from '@tenantry/kernel';
import type { Tenant } from '@tenantry/tenancy';
import type { LRUCache } from 'lru-cache';
import { PlanFeatures } from './plan-features.js';

interface Known {
  readonly ofPlan: ReadonlySet<string>;
  readonly effective: ReadonlySet<string>;
}

/** What a tenant may use: what its plan lists, less what its setting `features` switches off. */
@Injectable()
export class TenantFeatures {
  /** Tenants that switch something off; the others share their plan's set. */
  private readonly known = new WeakMap<Tenant, Known>();
  /** Under their names. */
  private readonly sets: LRUCache<string, ReadonlySet<string>>;

  constructor(
    private readonly plans: PlanFeatures,
    caches: Caches,
    settings: Settings,
  ) {
    this.sets = caches.lru('feature-sets', settings.get('TENANTRY_CALLER_CACHE'));
  }

  /** The same set for the same tenant until the tenant or its plan changes. */
  of(tenant: Tenant): MaybePromise<ReadonlySet<string>> {
    const ofPlan = this.plans.of(tenant.plan);
    return ofPlan instanceof Promise
      ? ofPlan.then((features) => this.effective(tenant, features))
      : this.effective(tenant, ofPlan);
  }

  private effective(tenant: Tenant, ofPlan: ReadonlySet<string>): ReadonlySet<string> {
    if (typeof tenant.settings['features'] !== 'object') return ofPlan;
    const known = this.known.get(tenant);
    if (known?.ofPlan === ofPlan) return known.effective;
    const left = [...ofPlan].filter((feature) => !isSwitchedOff(tenant, feature));
    const effective = left.length === ofPlan.size ? ofPlan : this.shared(left);
    this.known.set(tenant, { ofPlan, effective });
    return effective;
  }

  /** Tenants that have the same left share a set, by which links are remembered. */
  private shared(left: readonly string[]): ReadonlySet<string> {
    const key = left.toSorted().join();
    const set = this.sets.get(key) ?? new Set(left);
    this.sets.set(key, set);
    return set;
  }
}

export function isSwitchedOff({ settings }: Tenant, feature: string): boolean {
  const { features } = settings as { features?: Record<string, unknown> | null };
  return !!features && Object.hasOwn(features, feature) && features[feature] === false;
}
