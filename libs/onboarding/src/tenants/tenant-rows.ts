import { Injectable } from '@nestjs/common';
import {
  announceTransition,
  inTransaction,
  TenantDdl,
  TenantRegistry,
  tenantSchema,
  TenantSlugTaken,
  type Tenant,
} from '@tenantry/tenancy';
import type pg from 'pg';

/** What a tenant that is made of another one, or of an archive, begins with. */
export type TenantRow = Pick<Tenant, 'slug' | 'name' | 'plan' | 'apiVersion' | 'settings'>;

/** Rows of tenants that are made by long operations: written with the operation, and gone when it fails. */
@Injectable()
export class TenantRows {
  constructor(
    private readonly ddl: TenantDdl,
    private readonly registry: TenantRegistry,
  ) {}

  /** A tenant that is being made. In a transaction. @throws TENANT_SLUG_TAKEN */
  async insert(client: pg.ClientBase, id: string, row: TenantRow): Promise<void> {
    try {
      await client.query(
        `INSERT INTO platform.tenant (id, slug, name, status, plan, api_version, settings)
         VALUES ($1, $2, $3, 'provisioning', $4, $5, $6)`,
        [id, row.slug, row.name, row.plan, row.apiVersion, JSON.stringify(row.settings)],
      );
    } catch (error) {
      if ((error as { code?: string }).code === '23505') throw new TenantSlugTaken(row.slug, { cause: error });
      throw error;
    }
    await announceTransition(client, { id, slugs: [row.slug] });
  }

  /** Removes everything of a tenant that could not be made. */
  async drop(client: pg.ClientBase, id: string): Promise<void> {
    await inTransaction(client, async () => {
      await client.query(`DROP SCHEMA IF EXISTS ${tenantSchema(id)} CASCADE`);
      await this.ddl.dropRole(client, id);
      const { rows } = await client.query<{ slug: string }>(
        'DELETE FROM platform.tenant WHERE id = $1 RETURNING slug',
        [id],
      );
      const change = { id, slugs: rows.map(({ slug }) => slug) };
      await announceTransition(client, change);
      this.registry.forget(change);
    });
  }
}
