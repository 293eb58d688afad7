import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Schemas that wait for a tenant; and an index for tenants in the order in which they were made. */
export class CreateWarmSchema1794200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE platform.warm_schema (
        id uuid PRIMARY KEY,
        status text NOT NULL CHECK (status IN ('making', 'ready', 'claimed', 'broken')),
        migration_set text REFERENCES platform.migration_set (id),
        made_at timestamptz NOT NULL DEFAULT now(),
        changed_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query('CREATE INDEX tenant_created ON platform.tenant (created_at, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX platform.tenant_created');
    await runner.query('DROP TABLE platform.warm_schema');
  }
}
