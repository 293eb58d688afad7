import { defineError } from '@tenantry/kernel';

export const TenantRequired = defineError(
  'TENANT_REQUIRED',
  400,
  'Say which tenant is meant: by its host, by X-Tenant, or by a credential of the tenant.',
);

export const TenantAmbiguous = defineError(
  'TENANT_AMBIGUOUS',
  400,
  (header: string) => `The request has more than one ${header} header.`,
);

export const TenantMismatch = defineError(
  'TENANT_MISMATCH',
  403,
  'Host, X-Tenant and credential do not name the same tenant.',
);

export const TenantUnknown = defineError('TENANT_UNKNOWN', 404, 'There is no such tenant.');

export const TenantSuspended = defineError('TENANT_SUSPENDED', 403, 'The tenant is suspended.');

export const TenantUnavailable = defineError(
  'TENANT_UNAVAILABLE',
  503,
  (message?: string) => message ?? 'The tenant is not available at the moment.',
);

/** No problem but a way on: answered with 308, which keeps method and body (RFC 9110 section 15.4.9). */
export class TenantMoved extends Error {
  constructor(readonly location: string) {
    super('The tenant has another host now.');
    this.name = 'TenantMoved';
  }
}
