import { Injectable } from '@nestjs/common';
import { publicOrigin, Settings } from '@tenantry/kernel';
import { TenantSlugTaken } from '@tenantry/tenancy';
import type { TenantView } from '../tenants/tenant.dto.js';
import type { SignedUpTenant } from './signup.dto.js';
import type { SignupRequest } from './signup-request.entity.js';
import { SlugFinder } from './slug-finder.js';

/** What a tenant of a sign-up gets, and what is told of it. */
@Injectable()
export class SignupPlan {
  constructor(
    private readonly settings: Settings,
    private readonly slugs: SlugFinder,
  ) {}

  async of({ slug, organization }: SignupRequest): Promise<{ slug: string; plan: string }> {
    const plan = this.settings.get('TENANTRY_SIGNUP_PLAN');
    if (slug !== null) return { slug, plan };
    const [free] = await this.slugs.suggest(organization);
    if (free === undefined) throw new TenantSlugTaken(organization);
    return { slug: free, plan };
  }

  /** Without what only operators see of a tenant. */
  present({ id, slug, name, plan, apiVersion, ownerInvitation }: TenantView): SignedUpTenant {
    const url = publicOrigin(this.settings, slug).origin;
    return { id, slug, name, plan, apiVersion, url, ...(ownerInvitation && { ownerInvitation }) };
  }
}
