/** Where a tenant is in its life; see docs/architecture.md, "A tenant's life". */
export type TenantStatus = 'provisioning' | 'active' | 'suspended' | 'maintenance' | 'deleted';

export const TENANT_STATUSES: readonly TenantStatus[] = [
  'provisioning',
  'active',
  'suspended',
  'maintenance',
  'deleted',
];

/** What requests are told while somebody works on a tenant. */
export interface Maintenance {
  /** Seconds after which to try again. */
  readonly retryAfter: number;
  /** For the people who use the tenant. */
  readonly message?: string;
}

/**
 * A tenant as requests know it: immutable, cached, never with a secret.
 *
 * @since 0.1.0
 */
export interface Tenant {
  /** UUIDv7. */
  readonly id: string;
  /** The label people use, `[a-z][a-z0-9-]{1,61}[a-z0-9]`. Never part of a schema's or role's name. */
  readonly slug: string;
  readonly name: string;
  readonly status: TenantStatus;
  readonly plan: string;
  /** Date of the API version it is pinned to, `YYYY-MM-DD`. */
  readonly apiVersion: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Only while it is under maintenance. */
  readonly maintenance?: Maintenance;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
