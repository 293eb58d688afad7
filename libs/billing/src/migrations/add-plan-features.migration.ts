import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Plans list optional features. The three that come along list none: what they hold is for operators to say. */
export class AddPlanFeatures1795300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE platform.plan ADD COLUMN features text[] NOT NULL DEFAULT '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE platform.plan DROP COLUMN features');
  }
}
