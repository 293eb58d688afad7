import { isIP } from 'node:net';

/** What the request's host says of its tenant. */
export type HostReference = { readonly slug: string } | { readonly domain: string } | undefined;

/** Of a domain name (RFC 1035 section 2.3.4). */
const LONGEST = 253;

/**
 * Reads `acme.<base domain>` as a slug, the base domain itself and addresses as nothing, any other name as a domain that
 * may be a tenant's own. Port and a trailing dot do not count (RFC 9110 section 7.2, RFC 1034 section 3.1).
 */
export function readHost(host: string, baseDomain: string): HostReference {
  const name = host.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();
  if (name.length > LONGEST) return undefined;
  if (name === '' || name === baseDomain || name === 'localhost' || isIP(name.replace(/^\[(.*)\]$/, '$1')))
    return undefined;
  const suffix = `.${baseDomain}`;
  return name.endsWith(suffix) ? { slug: name.slice(0, -suffix.length) } : { domain: name };
}
