import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What migrating a fleet needs: who failed and why, and a way to write the ledger in the batch that migrates. */
export class MigrateFleet1794100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE platform.tenant_migration ADD COLUMN transactional boolean NOT NULL DEFAULT true');
    await runner.query(`
      CREATE TABLE platform.migration_failure (
        tenant_id uuid PRIMARY KEY REFERENCES platform.tenant (id) ON DELETE CASCADE,
        migration text NOT NULL,
        reason text NOT NULL,
        sql_state text,
        attempts integer NOT NULL,
        failed_at timestamptz NOT NULL DEFAULT now()
      )`);
    // One operation at a time, also when two processes are asked at once.
    await runner.query(
      `CREATE UNIQUE INDEX tenant_operation_migrating ON platform.tenant_operation (kind)
       WHERE kind = 'migrate' AND status = 'running'`,
    );
    // A migration changes this column of every row: without an index on it, and with room in the page, that costs least.
    await runner.query('DROP INDEX platform.tenant_migration_set');
    await runner.query('ALTER TABLE platform.tenant SET (fillfactor = 70)');
    await runner.query(ADVANCE);
    await runner.query('REVOKE ALL ON FUNCTION platform.advance_migration_set FROM PUBLIC');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION platform.advance_migration_set');
    await runner.query('ALTER TABLE platform.tenant RESET (fillfactor)');
    await runner.query('CREATE INDEX tenant_migration_set ON platform.tenant (migration_set)');
    await runner.query('DROP INDEX platform.tenant_operation_migrating');
    await runner.query('DROP TABLE platform.migration_failure');
    await runner.query('ALTER TABLE platform.tenant_migration DROP COLUMN transactional');
  }
}

/**
 * Moves a tenant, or a schema that waits for one, from one set to the next and enters its schema, for the statements after it in one transaction. Whoever
 * comes second waits for the row, and then finds another set than it planned from.
 */
const ADVANCE = `
  CREATE FUNCTION platform.advance_migration_set(of_tenant uuid, from_set text, to_set text, path text)
  RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    UPDATE platform.tenant SET migration_set = to_set WHERE id = of_tenant AND migration_set IS NOT DISTINCT FROM from_set;
    IF NOT FOUND THEN
      UPDATE platform.warm_schema SET migration_set = to_set
        WHERE id = of_tenant AND migration_set IS NOT DISTINCT FROM from_set;
    END IF;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'The migrations of the tenant have changed meanwhile.' USING ERRCODE = 'TM001';
    END IF;
    DELETE FROM platform.migration_failure WHERE tenant_id = of_tenant;
    PERFORM set_config('search_path', path, true);
  END $$`;
