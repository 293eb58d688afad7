import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateApiVersions1795305600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE platform.api_version_sunset (
        version text PRIMARY KEY,
        sunset_at date NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE platform.api_version_pin (
        tenant_id uuid PRIMARY KEY REFERENCES platform.tenant (id) ON DELETE CASCADE,
        previous text NOT NULL,
        moved_at timestamptz NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE platform.api_version_use (
        tenant_id uuid NOT NULL REFERENCES platform.tenant (id) ON DELETE CASCADE,
        version text NOT NULL,
        requests bigint NOT NULL,
        last_used_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, version)
      )`);
    await runner.query('CREATE INDEX api_version_use_version ON platform.api_version_use (version)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE platform.api_version_use, platform.api_version_pin, platform.api_version_sunset');
  }
}
