import { TenantContext, type Platform } from '@tenantry/platform';
import { TenantRegistry } from '@tenantry/tenancy';
import type { TestTenant } from './test-platform.js';

/** Runs code of a module in the tenant, as a request of it would. */
export async function inTenant<T>({ app }: Platform, { id }: TestTenant, work: () => Promise<T>): Promise<T> {
  const tenant = await app.get(TenantRegistry).findById(id);
  if (!tenant) throw new Error(`There is no tenant ${id}.`);
  return app.get(TenantContext).run(tenant, work);
}
