import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Clock } from '@tenantry/kernel';
import { PLATFORM, TenantSlugTaken } from '@tenantry/tenancy';
import { IsNull, MoreThan, type Repository } from 'typeorm';
import type { SignedUpTenant, SignupVerification } from './signup.dto.js';
import { SignupInvalid } from './signup.errors.js';
import { SignupRequest } from './signup-request.entity.js';
import { SignupTenants } from './signup-tenants.js';
import { SignupToken } from './signup-token.js';

/** Turns a verified request into a tenant, once. */
@Injectable()
export class SignupCompletion {
  constructor(
    @InjectRepository(SignupRequest, PLATFORM) private readonly requests: Repository<SignupRequest>,
    private readonly tenants: SignupTenants,
    private readonly token: SignupToken,
    private readonly clock: Clock,
  ) {}

  /**
   * The first step writes which request the tenant is of, together with the tenant, so that of two at once one makes it.
   * Where a process died on the way, the next attempt finds the tenant that was made, or makes it.
   *
   * @throws SIGNUP_INVALID, SIGNUP_UNDER_WAY, and what making a tenant throws
   */
  async complete({ token, password, slug }: SignupVerification): Promise<SignedUpTenant> {
    const request = await this.requests.findOneBy({
      tokenHash: this.token.hash(token),
      expiresAt: MoreThan(this.clock.now()),
      completedAt: IsNull(),
    });
    if (!request) throw new SignupInvalid();
    const made = await this.tenants.madeOf(request.id);
    if (made) return this.handOver(request, made);
    try {
      return await this.handOver(
        request,
        await this.tenants.make({ ...request, slug: slug ?? request.slug }, password),
      );
    } catch (error) {
      const other = error instanceof TenantSlugTaken && (await this.tenants.madeOf(request.id));
      if (other) return this.handOver(request, other); // another attempt with this token was first
      throw error;
    }
  }

  /** Spends the token; of two at once one gets the tenant. */
  private async handOver({ id }: SignupRequest, tenant: SignedUpTenant): Promise<SignedUpTenant> {
    const { affected } = await this.requests.update({ id, completedAt: IsNull() }, { completedAt: this.clock.now() });
    if (!affected) throw new SignupInvalid();
    return tenant;
  }
}
