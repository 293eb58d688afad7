import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What makes the ledger of a large fleet cost less than its migrations: it is read, and written, for several tenants at once. */
export class AdvanceTogether1795363400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ADVANCE);
    await runner.query('REVOKE ALL ON FUNCTION platform.advance_migration_sets FROM PUBLIC');
    await runner.query(BEHIND);
    await runner.query('REVOKE ALL ON FUNCTION platform.tenants_behind FROM PUBLIC');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION platform.tenants_behind');
    await runner.query('DROP FUNCTION platform.advance_migration_sets');
  }
}

/** Moves tenants from one set to the next, all or none. Whoever comes second finds another set than it planned from. */
const ADVANCE = `
  CREATE FUNCTION platform.advance_migration_sets(of_tenants uuid[], from_set text, to_set text)
  RETURNS void LANGUAGE plpgsql AS $$
  DECLARE moved integer;
  BEGIN
    UPDATE platform.tenant SET migration_set = to_set
      WHERE id = ANY (of_tenants) AND migration_set IS NOT DISTINCT FROM from_set;
    GET DIAGNOSTICS moved = ROW_COUNT;
    IF moved <> cardinality(of_tenants) THEN
      RAISE EXCEPTION 'The migrations of a tenant have changed meanwhile.' USING ERRCODE = 'TM001';
    END IF;
    DELETE FROM platform.migration_failure WHERE tenant_id = ANY (of_tenants);
  END $$`;

/**
 * The next tenants in the order of their ids that lack one of these migrations. Read off the primary key: by its statistics
 * Postgres would take them for few, and read and sort the whole fleet for each page.
 */
const BEHIND = `
  CREATE FUNCTION platform.tenants_behind(names text[], slugs text[], after uuid, page integer)
  RETURNS TABLE (id uuid, slug text, migration_set text) LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
  SET enable_sort = off SET enable_seqscan = off SET enable_bitmapscan = off AS $$
  BEGIN
    RETURN QUERY
      SELECT t.id, t.slug, t.migration_set FROM platform.tenant t
      WHERE t.id > after AND t.status <> 'provisioning' AND (slugs IS NULL OR t.slug = ANY (slugs))
        AND (t.migration_set = ANY (ARRAY (SELECT s.id FROM platform.migration_set s WHERE s.migrations @> names))) IS NOT TRUE
      ORDER BY t.id LIMIT page;
  END $$`;
