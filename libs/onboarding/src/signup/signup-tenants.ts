import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { PLATFORM } from '@tenantry/tenancy';
import type { DataSource } from 'typeorm';
import { OwnerInvitations } from '../tenants/owner-invitations.js';
import { TenantCreation } from '../tenants/tenant-creation.js';
import { TenantDirectory } from '../tenants/tenant-directory.js';
import type { OwnerInvitationView } from '../tenants/tenant.dto.js';
import { TenantOwnerPresent } from '../tenants/tenant.errors.js';
import type { SignedUpTenant } from './signup.dto.js';
import { SignupUnderWay } from './signup.errors.js';
import type { SignupRequest } from './signup-request.entity.js';
import { SignupPlan } from './signup-plan.js';

const LINK = 'INSERT INTO platform.signup_tenant (request_id, tenant_id) VALUES ($1, $2)';

/** The tenants of sign-ups: made as operators make theirs. */
@Injectable()
export class SignupTenants {
  constructor(
    @InjectDataSource(PLATFORM) private readonly dataSource: DataSource,
    private readonly creation: TenantCreation,
    private readonly directory: TenantDirectory,
    private readonly invitations: OwnerInvitations,
    private readonly plan: SignupPlan,
  ) {}

  /** @throws TENANT_SLUG_TAKEN, also where the request has a tenant by now; and what making a tenant throws */
  async make(request: SignupRequest, password?: string): Promise<SignedUpTenant> {
    const { id, email, name, organization } = request;
    const owner = { email, ...(name !== null && { name }), ...(password !== undefined && { password }) };
    const tenant = await this.creation.create(
      { ...(await this.plan.of(request)), name: organization, owner },
      async (statement, tenantId) => void (await statement(LINK, [id, tenantId])),
    );
    return this.plan.present(tenant);
  }

  /**
   * The tenant that the request has led to before; undefined when to none.
   *
   * @throws SIGNUP_UNDER_WAY while it is being made
   */
  async madeOf(requestId: string): Promise<SignedUpTenant | undefined> {
    const rows: { tenant_id: string }[] = await this.dataSource.query(
      'SELECT tenant_id FROM platform.signup_tenant WHERE request_id = $1',
      [requestId],
    );
    if (!rows[0]) return undefined;
    const tenant = await this.directory.view(await this.directory.get(rows[0].tenant_id));
    if (tenant.status !== 'active') throw new SignupUnderWay({ headers: { 'retry-after': '2' } });
    const ownerInvitation = await this.invite(tenant.id);
    return this.plan.present({ ...tenant, ...(ownerInvitation && { ownerInvitation }) });
  }

  /** The invitation of the first attempt is lost with its answer. */
  private async invite(tenantId: string): Promise<OwnerInvitationView | undefined> {
    try {
      return await this.invitations.renew(tenantId);
    } catch (error) {
      if (error instanceof TenantOwnerPresent) return undefined;
      throw error;
    }
  }
}
