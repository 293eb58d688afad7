import type { Settings } from './settings.js';

/** Where clients reach the platform, or one of its tenants: scheme, host and port, as `TENANTRY_PUBLIC_URL` says. */
export function publicOrigin(settings: Settings, slug?: string): URL {
  const domain = settings.get('TENANTRY_BASE_DOMAIN');
  const url = new URL(settings.get('TENANTRY_PUBLIC_URL') ?? `http://${domain}:${settings.get('PORT')}`);
  if (slug !== undefined) url.hostname = `${slug}.${domain}`;
  return url;
}
