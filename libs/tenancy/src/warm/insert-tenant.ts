import type pg from 'pg';
import type { Tenant } from '../context/tenant.js';
import type { NewTenant } from '../lifecycle/tenant-provisioning.js';

/** A tenant that gets a schema of the pool. */
export interface TenantRow extends NewTenant {
  /** The schema's. */
  readonly id: string;
  readonly apiVersion: string;
  readonly operationId: string;
  /** Names of the steps that are done when the transaction ends that this row is written in. */
  readonly done: readonly string[];
  /** Whether those are all: the tenant is active, and its operation at its end, as soon as anybody sees them. */
  readonly isWhole: boolean;
}

/**
 * Takes the schema out of the pool for good and writes the tenant and its operation, in one statement.
 *
 * @returns undefined when the schema is not the claimer's any more
 * @throws pg.DatabaseError of the constraint `tenant_slug_key`
 */
export async function insertTenant(client: pg.ClientBase, row: TenantRow): Promise<Tenant | undefined> {
  const finishedAt = new Date().toISOString();
  const { rows } = await client.query<Tenant>(INSERT, [
    row.id,
    row.slug,
    row.name,
    row.plan,
    row.apiVersion,
    JSON.stringify(row.settings),
    row.operationId,
    JSON.stringify(row.isWhole ? {} : row.input),
    JSON.stringify(row.done.map((name) => ({ name, finishedAt }))),
    row.isWhole,
  ]);
  return rows[0] && Object.freeze(rows[0]);
}

const INSERT = `
  WITH taken AS (
    DELETE FROM platform.warm_schema WHERE id = $1 AND status = 'claimed' RETURNING id, migration_set
  ), made AS (
    INSERT INTO platform.tenant (id, slug, name, status, plan, api_version, settings, migration_set)
    SELECT id, $2, $3, CASE WHEN $10 THEN 'active' ELSE 'provisioning' END, $4, $5, $6::jsonb, migration_set FROM taken RETURNING *
  ), begun AS (
    INSERT INTO platform.tenant_operation (id, tenant_id, kind, status, input, steps)
    SELECT $7, id, 'create', CASE WHEN $10 THEN 'succeeded' ELSE 'running' END, $8::jsonb, $9::jsonb FROM made
  )
  SELECT id, slug, name, status, plan, api_version AS "apiVersion", settings, created_at AS "createdAt",
         updated_at AS "updatedAt" FROM made`;
