import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { AvailableWhen, OperatorOnly, Throws } from '@tenantry/kernel';
import { TenantBusy, TenantLifecycle, TenantTransitionInvalid, TenantUnknown } from '@tenantry/tenancy';
import { OwnerInvitations } from './owner-invitations.js';
import { TenantDirectory } from './tenant-directory.js';
import { TenantOwnerPresent } from './tenant.errors.js';
import { OwnerInvitationView, TenantView } from './tenant.dto.js';

@Controller('admin/tenants/:id')
@OperatorOnly()
@Throws(TenantUnknown)
export class TenantStateController {
  constructor(
    private readonly directory: TenantDirectory,
    private readonly lifecycle: TenantLifecycle,
    private readonly invitations: OwnerInvitations,
  ) {}

  /** Refuses every request of the tenant, at once and in every process. */
  @Post('suspend')
  @HttpCode(200)
  @AvailableWhen<TenantView>(({ status }) => status !== 'suspended' && status !== 'deleted')
  @Throws(TenantTransitionInvalid, TenantBusy)
  async suspend(@Param('id') reference: string): Promise<TenantView> {
    const { id } = await this.directory.get(reference);
    return this.directory.view(await this.lifecycle.suspend(id));
  }

  /** Ends a suspension, or brings a deleted tenant back within its grace period. */
  @Post('resume')
  @HttpCode(200)
  @AvailableWhen<TenantView>(({ status }) => status === 'suspended' || status === 'deleted')
  @Throws(TenantTransitionInvalid, TenantBusy)
  async resume(@Param('id') reference: string): Promise<TenantView> {
    const { id } = await this.directory.get(reference);
    return this.directory.view(await this.lifecycle.resume(id));
  }

  /** Invites the owner anew; the invitation before is void. */
  @Post('owner-invitation')
  @HttpCode(200)
  @Throws(TenantOwnerPresent)
  @ApiOperation({ operationId: 'inviteAdminTenantOwner' })
  async invite(@Param('id') reference: string): Promise<OwnerInvitationView> {
    const { id } = await this.directory.get(reference);
    return this.invitations.renew(id);
  }
}
