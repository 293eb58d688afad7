import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateIdempotencyKey1793500200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE idempotency_key (
        id text PRIMARY KEY,
        fingerprint text,
        answer text,
        used_at timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX idempotency_key_used_at ON idempotency_key (used_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE idempotency_key');
  }
}
