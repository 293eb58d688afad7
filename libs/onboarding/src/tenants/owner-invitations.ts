import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Invitations, UserAccount, type InvitationView } from '@tenantry/auth';
import { TenantContext, TenantRegistry, TenantTransitionInvalid, TenantUnknown } from '@tenantry/tenancy';
import type { DataSource } from 'typeorm';
import { TenantOwnerPresent } from './tenant.errors.js';

/** Invites the owner of a tenant anew, when the first invitation was lost or has expired. */
@Injectable()
export class OwnerInvitations {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly registry: TenantRegistry,
    private readonly context: TenantContext,
    private readonly invitations: Invitations,
  ) {}

  /** @throws TENANT_UNKNOWN, TENANT_OWNER_PRESENT; TENANT_TRANSITION_INVALID unless it is active */
  async renew(tenantId: string): Promise<InvitationView> {
    const tenant = await this.registry.findById(tenantId);
    if (!tenant) throw new TenantUnknown();
    if (tenant.status !== 'active') throw new TenantTransitionInvalid('given another invitation', tenant.status);
    return this.context.run(tenant, () =>
      this.dataSource.transaction(async (manager) => {
        const owner = await manager
          .createQueryBuilder(UserAccount, 'user')
          .where(`'owner' = ANY(user.roles) AND user.password_hash IS NULL`)
          .orderBy('user.id')
          .getOne();
        if (!owner) throw new TenantOwnerPresent();
        return this.invitations.create(manager, owner.id);
      }),
    );
  }
}
