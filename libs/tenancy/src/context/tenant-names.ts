import { isId } from '@tenantry/kernel';

/**
 * Name of the tenant's schema and of its role, derived from its id alone: `t_` and 32 hexadecimal digits.
 * Never from anything a person typed, so it needs no quoting and cannot collide after folding or cutting to 63 bytes.
 */
export function tenantSchema(tenantId: string): string {
  if (!isId(tenantId)) throw new Error('A tenant id must be a UUID.');
  return `t_${tenantId.replaceAll('-', '').toLowerCase()}`;
}

/** The tenant's role has its schema's name. */
export const tenantRole = tenantSchema;

/** Schema of functions that belong to Postgres extensions; on every tenant's search path, writable by nobody. */
export const EXTENSIONS_SCHEMA = 'extensions';

/** Schema of the control plane. */
export const PLATFORM_SCHEMA = 'platform';

/** Schema that has every tenant migration and no rows: what a tenant's schema must look like. */
export const REFERENCE_SCHEMA = 'tenantry_reference';

/** What a tenant's statement finds names in. `pg_temp` comes last, so that no temporary table shadows a tenant's. */
export function tenantSearchPath(tenantId: string): string {
  return `${tenantSchema(tenantId)}, ${EXTENSIONS_SCHEMA}, pg_temp`;
}
