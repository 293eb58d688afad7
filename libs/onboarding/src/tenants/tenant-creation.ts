import { Injectable } from '@nestjs/common';
import type { NewTenant } from '@tenantry/tenancy';
import { NewTenantChecks } from './new-tenant-checks.js';
import { OwnerStep } from './owner-step.js';
import { TenantMaking } from './tenant-making.js';
import { viewOfTenant, type NewTenantRequest, type TenantView } from './tenant.dto.js';

const DEFAULT_PLAN = 'free';

/** Makes tenants. */
@Injectable()
export class TenantCreation {
  constructor(
    private readonly making: TenantMaking,
    private readonly ownerStep: OwnerStep,
    private readonly checks: NewTenantChecks,
  ) {}

  /**
   * @throws PLAN_UNKNOWN, TENANT_SLUG_TAKEN, TENANT_SLUG_INVALID, TENANT_SLUG_RESERVED, API_VERSION_UNKNOWN,
   *   TENANT_PROVISIONING_FAILED
   */
  async create(request: NewTenantRequest, alongside?: NewTenant['alongside']): Promise<TenantView> {
    const { slug, name, apiVersion, settings = {} } = request;
    const plan = request.plan ?? DEFAULT_PLAN;
    const owner = await this.checks.prepare(slug, plan, request.owner);
    const input = { slug, name, plan, settings, apiVersion, input: { owner }, alongside };
    const tenant = await this.making.make(input);
    const ownerInvitation = this.ownerStep.takeInvitation(tenant.id);
    return { ...viewOfTenant(tenant, 'current'), ...(ownerInvitation && { ownerInvitation }) };
  }
}
