import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** Body of `extensions.tenant_lock`: mixes the key with the role that entered, which a tenant cannot change. */
export const TENANT_LOCK_SQL = `
  CREATE OR REPLACE FUNCTION extensions.tenant_lock(key text) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog
  AS $$ SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(pg_catalog.current_setting('role') || ':' || key, 0)) $$`;

/**
 * A lock of the current tenant, which no other tenant can hold or wait for: Postgres' own advisory locks are shared by
 * the whole database and therefore withheld from tenants.
 *
 * @since 0.1.0
 */
@Injectable()
export class TenantLock {
  /**
   * Waits until no other transaction of this tenant holds the key; held until the transaction ends.
   *
   * @param manager of an open transaction (`dataSource.transaction(manager => ...)`)
   */
  async acquire(manager: EntityManager, key: string): Promise<void> {
    if (!manager.queryRunner?.isTransactionActive) throw new Error('TenantLock.acquire needs an open transaction.');
    await manager.query('SELECT extensions.tenant_lock($1)', [key]);
  }
}
