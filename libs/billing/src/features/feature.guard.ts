import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { FEATURE, type MaybePromise } from '@tenantry/kernel';
import type { Tenant, TenantRequest } from '@tenantry/tenancy';
import { FeatureNotInPlan, FeatureSwitchedOff } from './feature.errors.js';
import { PlanFeatures } from './plan-features.js';
import { isSwitchedOff, TenantFeatures } from './tenant-features.js';

/**
 * Writes down what the tenant may use, and refuses routes of other features. Runs after the permission guard, so that
 * nobody learns of a tenant's plan who is not let in.
 */
@Injectable()
export class FeatureGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tenants: TenantFeatures,
    private readonly plans: PlanFeatures,
  ) {}

  canActivate(context: ExecutionContext): MaybePromise<boolean> {
    const request = context.switchToHttp().getRequest<TenantRequest>();
    const { tenant } = request;
    if (!tenant) return true;
    const feature = this.reflector.getAllAndOverride<string | undefined>(FEATURE, [
      context.getHandler(),
      context.getClass(),
    ]);
    const features = this.tenants.of(tenant);
    return features instanceof Promise
      ? features.then((found) => this.admit(request, tenant, found, feature))
      : this.admit(request, tenant, features, feature);
  }

  private admit(
    request: TenantRequest,
    tenant: Tenant,
    features: ReadonlySet<string>,
    feature: string | undefined,
  ): MaybePromise<true> {
    request.features = features;
    if (feature === undefined || features.has(feature)) return true;
    return this.refuse(tenant, feature);
  }

  /** A feature that the plan does not have is not there, whatever the settings say. */
  private async refuse(tenant: Tenant, feature: string): Promise<never> {
    const ofPlan = await this.plans.of(tenant.plan);
    if (ofPlan.has(feature) && isSwitchedOff(tenant, feature)) throw new FeatureSwitchedOff(feature);
    throw new FeatureNotInPlan(feature);
  }
}
