import { Injectable } from '@nestjs/common';
import { TenantProvisioning, WarmProvisioning, type NewTenant, type Tenant } from '@tenantry/tenancy';
import { TenantPlan } from './tenant-plan.js';

/** Makes tenants: of a schema that waits where there is one, else from nothing. */
@Injectable()
export class TenantMaking {
  constructor(
    private readonly warm: WarmProvisioning,
    private readonly provisioning: TenantProvisioning,
    private readonly plan: TenantPlan,
  ) {}

  /**
   * @returns the tenant, ready for use
   * @throws TENANT_SLUG_TAKEN, TENANT_SLUG_INVALID, TENANT_SLUG_RESERVED, API_VERSION_UNKNOWN, TENANT_PROVISIONING_FAILED
   */
  async make(input: NewTenant): Promise<Tenant> {
    const steps = this.plan.create;
    return (await this.warm.create(input, steps)) ?? this.provisioning.create(input, steps);
  }
}
