import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/**
 * Body of `extensions.tenant_lock`: mixes the key with the role that entered, which a tenant cannot change. The keys of a
 * tenant share 64 locks, so that no statement can fill the lock table of the server, which all tenants share. The first
 * number is odd and the operations' own lock space even, so that they never meet.
 */
export const TENANT_LOCK_SQL = `
  CREATE OR REPLACE FUNCTION extensions.tenant_lock(key text) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog
  AS $$ SELECT pg_catalog.pg_advisory_xact_lock(
    pg_catalog.hashtext(pg_catalog.current_setting('role')) | 1, pg_catalog.hashtext(key) & 63) $$`;

/**
 * A lock of the current tenant, which no other tenant can hold or wait for: Postgres' own advisory locks are shared by
 * the whole database and therefore withheld from tenants.
 *
 * @since 0.1.0
 */
@Injectable()
export class TenantLock {
  /**
   * Waits until no other transaction of this tenant holds the key; held until the transaction ends. Two keys may share a
   * lock: a transaction that takes several must take them in the same order everywhere, or two may wait for each other.
   *
   * @param manager of an open transaction (`dataSource.transaction(manager => ...)`)
   */
  async acquire(manager: EntityManager, key: string): Promise<void> {
    if (!manager.queryRunner?.isTransactionActive) throw new Error('TenantLock.acquire needs an open transaction.');
    await manager.query('SELECT extensions.tenant_lock($1)', [key]);
  }
}
