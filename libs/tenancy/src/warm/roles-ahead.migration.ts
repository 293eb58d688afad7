import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Roles may wait for a schema. */
export class RolesAhead1795363500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE platform.warm_schema DROP CONSTRAINT warm_schema_status_check,
        ADD CONSTRAINT warm_schema_status_check CHECK (status IN ('role', 'making', 'ready', 'claimed', 'broken'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE platform.warm_schema SET status = 'broken' WHERE status = 'role'`);
    await runner.query(`
      ALTER TABLE platform.warm_schema DROP CONSTRAINT warm_schema_status_check,
        ADD CONSTRAINT warm_schema_status_check CHECK (status IN ('making', 'ready', 'claimed', 'broken'))`);
  }
}
