import { SLUG } from '../registry/tenant-registry.js';
import { TenantSlugInvalid, TenantSlugReserved } from './lifecycle.errors.js';

/** Labels that are the platform's own, that look official, or that browsers and mail treat specially. */
const reserved = new Set(
  (
    'admin administrator api app apps assets auth autoconfig autodiscover billing blog cdn console dashboard demo dev docs ' +
    'download ftp graphql health help host hostmaster imap info internal jobs localhost login logout mail metrics mx ' +
    'noreply null oauth openapi operator platform pop portal postgres postmaster private public root security server ' +
    'signup smtp ssl staging static status support swagger system tenant tenantry tenants test undefined webhook ' +
    'webhooks webmaster websocket well-known wpad www'
  ).split(' '),
);

/** Whether the label may name no tenant, neither as slug nor as subdomain. */
export function isReservedSlug(slug: string): boolean {
  return reserved.has(slug) || /^(pg|t|xn)-/.test(slug);
}

/**
 * @throws TENANT_SLUG_INVALID, TENANT_SLUG_RESERVED
 */
export function checkSlug(slug: string): void {
  if (!SLUG.test(slug) || slug.includes('--')) throw new TenantSlugInvalid();
  if (isReservedSlug(slug)) throw new TenantSlugReserved(slug);
}
