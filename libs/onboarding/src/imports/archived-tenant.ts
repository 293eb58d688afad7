import { Injectable } from '@nestjs/common';
import { Plans } from '@tenantry/billing';
import { ApiVersions } from '@tenantry/kernel';
import { ArchiveInvalid, checkSlug, type Manifest } from '@tenantry/tenancy';
import { isSettings } from '../tenants/settings.validator.js';
import type { TenantRow } from '../tenants/tenant-rows.js';
import type { ImportQuery } from './import.dto.js';

/** What an archive says of its tenant, held to the same rules as what a request says of a new one. */
@Injectable()
export class ArchivedTenant {
  constructor(
    private readonly plans: Plans,
    private readonly versions: ApiVersions,
  ) {}

  /** @throws TENANT_SLUG_INVALID, TENANT_SLUG_RESERVED, PLAN_UNKNOWN, API_VERSION_UNKNOWN, ARCHIVE_INVALID */
  async read({ tenant }: Manifest, query: ImportQuery): Promise<TenantRow> {
    const slug = query.slug ?? tenant.slug;
    const plan = query.plan ?? tenant.plan;
    checkSlug(slug);
    await this.plans.requireActive(plan);
    const { settings } = tenant;
    if (!isSettings(settings)) throw new ArchiveInvalid('the settings of its tenant are none');
    return {
      slug,
      name: query.name ?? tenant.name,
      plan,
      apiVersion: this.versions.resolve(tenant.apiVersion),
      settings,
    };
  }
}
