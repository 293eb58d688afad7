import { Injectable } from '@nestjs/common';
import { PasswordHasher } from '@tenantry/auth';
import { Plans } from '@tenantry/billing';
import { checkSlug } from '@tenantry/tenancy';
import type { OwnerInput } from './owner-step.js';
import type { NewTenantRequest } from './tenant.dto.js';

/** What is checked before anything is made. */
@Injectable()
export class NewTenantChecks {
  constructor(
    private readonly plans: Plans,
    private readonly hasher: PasswordHasher,
  ) {}

  async prepare(slug: string, plan: string, owner: NewTenantRequest['owner']): Promise<OwnerInput> {
    checkSlug(slug);
    await this.plans.requireActive(plan);
    const { email, name, password } = owner;
    return { email, name, passwordHash: password === undefined ? null : await this.hasher.hash(password) };
  }
}
