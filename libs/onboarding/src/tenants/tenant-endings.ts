import { Injectable } from '@nestjs/common';
import { Settings } from '@tenantry/kernel';
import { TenantLifecycle, type TenantEntity } from '@tenantry/tenancy';
import { ExportRetention } from '../exports/export-retention.js';
import { TenantDirectory } from './tenant-directory.js';
import { TenantPlan } from './tenant-plan.js';
import type { TenantDeletionQuery } from './tenant.dto.js';
import { TenantPurgeUnconfirmed } from './tenant.errors.js';

/** Deletes tenants: softly, or for good. */
@Injectable()
export class TenantEndings {
  constructor(
    private readonly lifecycle: TenantLifecycle,
    private readonly directory: TenantDirectory,
    private readonly plan: TenantPlan,
    private readonly settings: Settings,
    private readonly exports: ExportRetention,
  ) {}

  /**
   * @returns the deleted tenant, or undefined when it is purged
   * @throws TENANT_UNKNOWN, TENANT_PURGE_UNCONFIRMED, TENANT_TRANSITION_INVALID, TENANT_BUSY
   */
  async delete(id: string, { purge, confirm }: TenantDeletionQuery): Promise<TenantEntity | undefined> {
    const tenant = await this.directory.get(id);
    const isPurge = purge === 'true';
    if (isPurge && confirm !== tenant.slug) throw new TenantPurgeUnconfirmed();
    const deleted = await this.lifecycle.delete(tenant.id, isPurge ? 0 : this.settings.get('TENANTRY_DELETE_GRACE'));
    if (!isPurge) return deleted;
    await this.lifecycle.purge(tenant.id, this.plan.purge);
    await this.exports.removeDue();
    return undefined;
  }
}
