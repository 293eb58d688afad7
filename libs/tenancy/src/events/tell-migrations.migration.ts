import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tells listeners that a tenant's tables have a newer shape, in the transaction that writes the ledger, whoever does. */
export class TellMigrations1795363200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TOLD);
    await runner.query('REVOKE ALL ON FUNCTION platform.tell_migration FROM PUBLIC');
    await runner.query(
      `CREATE TRIGGER tenant_migrated AFTER UPDATE OF migration_set ON platform.tenant FOR EACH ROW
       WHEN (NEW.migration_set IS DISTINCT FROM OLD.migration_set AND NEW.status <> 'provisioning')
       EXECUTE FUNCTION platform.tell_migration()`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER tenant_migrated ON platform.tenant');
    await runner.query('DROP FUNCTION platform.tell_migration');
  }
}

/** Which migrations those were is looked up only where somebody listens: a fleet's migration pays for one look otherwise. */
const TOLD = `
  CREATE FUNCTION platform.tell_migration() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
  DECLARE applied jsonb;
  BEGIN
    IF NOT EXISTS (SELECT FROM platform.event_listener l WHERE l.type = 'tenant.migrated') THEN RETURN NULL; END IF;
    SELECT coalesce(jsonb_agg(n.name ORDER BY n.place), '[]') INTO applied
      FROM platform.migration_set s CROSS JOIN LATERAL unnest(s.migrations) WITH ORDINALITY AS n (name, place)
      WHERE s.id = NEW.migration_set AND n.name NOT IN (
        SELECT unnest(b.migrations) FROM platform.migration_set b WHERE b.id = OLD.migration_set);
    PERFORM platform.write_event(NEW.id, 'tenant.migrated', 'TenantMigrated',
      jsonb_build_object('slug', NEW.slug, 'migrations', applied));
    RETURN NULL;
  END $$`;
