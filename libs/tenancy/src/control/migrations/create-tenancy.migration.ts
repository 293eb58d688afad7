import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateTenancy1793500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE platform.migration_set (
        id text PRIMARY KEY,
        migrations text[] NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE platform.tenant_migration (
        sequence integer GENERATED ALWAYS AS IDENTITY,
        name text PRIMARY KEY,
        dynamic boolean NOT NULL,
        statements jsonb NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      CREATE TABLE platform.tenant (
        id uuid PRIMARY KEY,
        slug text NOT NULL UNIQUE,
        name text NOT NULL,
        status text NOT NULL CHECK (status IN ('provisioning', 'active', 'suspended', 'maintenance', 'deleted')),
        plan text NOT NULL,
        api_version text NOT NULL,
        settings jsonb NOT NULL DEFAULT '{}',
        migration_set text REFERENCES platform.migration_set (id),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        purge_after timestamptz
      )`);
    await runner.query('CREATE INDEX tenant_migration_set ON platform.tenant (migration_set)');
    await runner.query(`CREATE INDEX tenant_purge_after ON platform.tenant (purge_after) WHERE status = 'deleted'`);
    await runner.query(`
      CREATE TABLE platform.tenant_domain (
        domain text PRIMARY KEY CHECK (domain = lower(domain)),
        tenant_id uuid NOT NULL REFERENCES platform.tenant (id) ON DELETE CASCADE,
        verified_at timestamptz
      )`);
    await runner.query('CREATE INDEX tenant_domain_tenant ON platform.tenant_domain (tenant_id)');
    await runner.query(`
      CREATE TABLE platform.tenant_operation (
        id uuid PRIMARY KEY,
        tenant_id uuid NOT NULL,
        kind text NOT NULL,
        status text NOT NULL CHECK (status IN ('running', 'succeeded', 'failed')),
        input jsonb NOT NULL DEFAULT '{}',
        steps jsonb NOT NULL DEFAULT '[]',
        error text,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query('CREATE INDEX tenant_operation_tenant ON platform.tenant_operation (tenant_id, created_at)');
    await runner.query(
      `CREATE INDEX tenant_operation_running ON platform.tenant_operation (id) WHERE status = 'running'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    const tables = ['tenant_operation', 'tenant_domain', 'tenant', 'tenant_migration', 'migration_set'];
    for (const table of tables) await runner.query(`DROP TABLE platform.${table}`);
  }
}
