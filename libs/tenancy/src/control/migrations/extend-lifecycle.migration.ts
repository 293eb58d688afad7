import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Maintenance, slugs that tenants had before, exports, and operations that can be cancelled. */
export class ExtendLifecycle1794300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE platform.tenant_operation ADD COLUMN cancel_requested_at timestamptz');
    await runner.query('ALTER TABLE platform.tenant ADD COLUMN maintenance jsonb');
    await runner.query(`
      CREATE TABLE platform.tenant_former_slug (
        slug text PRIMARY KEY,
        tenant_id uuid NOT NULL REFERENCES platform.tenant (id) ON DELETE CASCADE,
        reserved_until timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX tenant_former_slug_tenant ON platform.tenant_former_slug (tenant_id)');
    // After the row: by then the unique index has waited for a tenant that gives the slug up at the same moment.
    await runner.query(`
      CREATE FUNCTION platform.refuse_former_slug() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        DELETE FROM platform.tenant_former_slug
          WHERE slug = NEW.slug AND (tenant_id = NEW.id OR reserved_until <= now());
        IF EXISTS (SELECT FROM platform.tenant_former_slug WHERE slug = NEW.slug) THEN
          RAISE EXCEPTION USING ERRCODE = 'unique_violation', MESSAGE = 'the slug was another tenant''s a moment ago';
        END IF;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE TRIGGER tenant_former_slug AFTER INSERT OR UPDATE OF slug ON platform.tenant
        FOR EACH ROW EXECUTE FUNCTION platform.refuse_former_slug()`);
    await runner.query(`
      CREATE TABLE platform.tenant_export (
        id uuid PRIMARY KEY,
        tenant_id uuid NOT NULL,
        slug text NOT NULL,
        file text NOT NULL UNIQUE,
        bytes bigint NOT NULL,
        sha256 text NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz
      )`);
    await runner.query('CREATE INDEX tenant_export_tenant ON platform.tenant_export (tenant_id)');
    await runner.query('CREATE INDEX tenant_export_expires_at ON platform.tenant_export (expires_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE platform.tenant_export');
    await runner.query('DROP TRIGGER tenant_former_slug ON platform.tenant');
    await runner.query('DROP FUNCTION platform.refuse_former_slug()');
    await runner.query('DROP TABLE platform.tenant_former_slug');
    await runner.query('ALTER TABLE platform.tenant DROP COLUMN maintenance');
    await runner.query('ALTER TABLE platform.tenant_operation DROP COLUMN cancel_requested_at');
  }
}
