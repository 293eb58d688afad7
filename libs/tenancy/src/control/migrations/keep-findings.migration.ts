import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What lint found in a tenant migration when it was recorded. */
export class KeepFindings1795359600500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE platform.tenant_migration ADD COLUMN findings jsonb NOT NULL DEFAULT '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE platform.tenant_migration DROP COLUMN findings');
  }
}
