/** Postgres notification channel on which every process hears of changed tenants. */
export const TENANT_CHANNEL = 'tenantry_tenant';

/** What a notification says. */
export interface TenantChange {
  readonly id: string;
  /** Slugs that mean something else now: the old and the new one of a renamed tenant. */
  readonly slugs: readonly string[];
  readonly domains?: readonly string[];
}

export function encodeChange(change: TenantChange): string {
  return JSON.stringify(change);
}

/** Reads a notification; undefined for what this version does not understand, which then means "anything changed". */
export function decodeChange(payload: string): TenantChange | undefined {
  try {
    const { id, slugs, domains } = JSON.parse(payload) as Partial<TenantChange>;
    return typeof id === 'string' && Array.isArray(slugs) ? { id, slugs, domains } : undefined;
  } catch {
    return undefined;
  }
}
