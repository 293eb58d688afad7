import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { AvailableWhen, OperatorOnly, Throws } from '@tenantry/kernel';
import { TenantBusy, TenantLifecycle, TenantTransitionInvalid, TenantUnknown } from '@tenantry/tenancy';
import { OwnerInvitations } from './owner-invitations.js';
import { TenantDirectory } from './tenant-directory.js';
import { MaintenanceRequest } from './maintenance.dto.js';
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

  /**
   * Answers new requests of the tenant with 503 and Retry-After until it is resumed; those under way finish. Operators
   * go on working on it. Once more changes what is told.
   */
  @Post('maintenance')
  @HttpCode(200)
  @AvailableWhen<TenantView>(({ status }) => status === 'active' || status === 'maintenance')
  @Throws(TenantTransitionInvalid)
  @ApiOperation({ operationId: 'maintainAdminTenant' })
  async maintain(@Param('id') reference: string, @Body() body: MaintenanceRequest): Promise<TenantView> {
    const { id } = await this.directory.get(reference);
    const { retryAfter, message } = body;
    return this.directory.view(
      await this.lifecycle.maintain(id, { retryAfter, ...(message !== undefined && { message }) }),
    );
  }

  /** Ends a suspension or maintenance, or brings a deleted tenant back within its grace period. */
  @Post('resume')
  @HttpCode(200)
  @AvailableWhen<TenantView>(({ status }) => status !== 'active' && status !== 'provisioning')
  @Throws(TenantTransitionInvalid, TenantBusy)
  async resume(@Param('id') reference: string): Promise<TenantView> {
    const { id } = await this.directory.get(reference);
    return this.directory.view(await this.lifecycle.resume(id));
  }

  /** Invites the owner anew; the invitation before is void. */
  @Post('owner-invitation')
  @HttpCode(200)
  @AvailableWhen<TenantView>(({ status }) => status === 'active')
  @Throws(TenantOwnerPresent, TenantTransitionInvalid)
  @ApiOperation({ operationId: 'inviteAdminTenantOwner' })
  async invite(@Param('id') reference: string): Promise<OwnerInvitationView> {
    const { id } = await this.directory.get(reference);
    return this.invitations.renew(id);
  }
}
