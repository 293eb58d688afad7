import type { TenantRecord } from '@tenantry/platform';
import { properties } from '../console/table.js';

/** A tenant for a person. */
export function describeTenant(tenant: TenantRecord): string {
  const { id, slug, name, status, schema, plan, apiVersion, settings, createdAt, updatedAt, purgeAfter } = tenant;
  return properties({
    id,
    slug,
    name,
    status,
    schema,
    plan,
    'api version': apiVersion,
    settings: JSON.stringify(settings),
    created: createdAt.toISOString(),
    updated: updatedAt.toISOString(),
    'purged after': purgeAfter?.toISOString(),
    'invitation for the owner': tenant.ownerInvitation?.url,
    'invitation expires': tenant.ownerInvitation?.expiresAt.toISOString(),
  });
}
