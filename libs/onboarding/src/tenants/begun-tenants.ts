import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import {
  earlierEffect,
  PLATFORM,
  TenantBusy,
  TenantEntity,
  TenantOperationEntity,
  TenantProvisioning,
} from '@tenantry/tenancy';
import type { DataSource } from 'typeorm';
import { OwnerInvitations } from './owner-invitations.js';
import { TenantOwnerPresent } from './tenant.errors.js';
import { TenantDirectory } from './tenant-directory.js';
import { TenantPlan } from './tenant-plan.js';
import type { NewTenantRequest, OwnerInvitationView, TenantView } from './tenant.dto.js';

/** Tenants whose making was begun by a request with a key that was never answered, when the same request comes again. */
@Injectable()
export class BegunTenants {
  constructor(
    @InjectDataSource(PLATFORM) private readonly dataSource: DataSource,
    private readonly provisioning: TenantProvisioning,
    private readonly plan: TenantPlan,
    private readonly invitations: OwnerInvitations,
    private readonly directory: TenantDirectory,
  ) {}

  /**
   * Finishes the tenant, if it is not made yet, and tells of it. The invitation that nobody received is void; its owner
   * gets another.
   *
   * @returns undefined where nothing was begun, or nothing of it is left
   * @throws TENANT_BUSY while somebody else is making it; TENANT_PROVISIONING_FAILED
   */
  async finish({ owner }: NewTenantRequest): Promise<TenantView | undefined> {
    const id = earlierEffect('tenant');
    if (id === undefined || !(await this.find(id))) return undefined;
    await this.complete(id);
    const row = await this.find(id);
    if (!row) return undefined;
    const ownerInvitation = row.status === 'active' && owner.password === undefined ? await this.invite(id) : undefined;
    return { ...(await this.directory.view(row)), ...(ownerInvitation && { ownerInvitation }) };
  }

  private find(id: string): Promise<TenantEntity | null> {
    return this.dataSource.getRepository(TenantEntity).findOneBy({ id });
  }

  private async complete(tenantId: string): Promise<void> {
    const operations = this.dataSource.getRepository(TenantOperationEntity);
    const operation = await operations.findOneBy({ tenantId, kind: 'create', status: 'running' });
    if (!operation) return;
    try {
      await this.provisioning.resume(operation, this.plan.create);
    } catch (error) {
      throw error instanceof TenantBusy
        ? new TenantBusy(undefined, { cause: error, headers: { 'retry-after': '1' } })
        : error;
    }
  }

  private async invite(id: string): Promise<OwnerInvitationView | undefined> {
    try {
      return await this.invitations.renew(id);
    } catch (error) {
      if (error instanceof TenantOwnerPresent) return undefined; // invited by somebody else meanwhile, and has accepted
      throw error;
    }
  }
}
