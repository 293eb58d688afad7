import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Operations on the whole fleet, how far a long one is, and what it gave. */
export class ExtendOperation1793600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE platform.tenant_operation
        ALTER COLUMN tenant_id DROP NOT NULL,
        ADD COLUMN progress jsonb,
        ADD COLUMN result jsonb`);
    await runner.query('CREATE INDEX tenant_operation_created ON platform.tenant_operation (created_at, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX platform.tenant_operation_created');
    await runner.query('DELETE FROM platform.tenant_operation WHERE tenant_id IS NULL');
    await runner.query(`
      ALTER TABLE platform.tenant_operation
        ALTER COLUMN tenant_id SET NOT NULL,
        DROP COLUMN progress,
        DROP COLUMN result`);
  }
}
