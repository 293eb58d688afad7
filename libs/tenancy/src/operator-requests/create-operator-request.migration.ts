import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What operators asked with an Idempotency-Key. */
export class CreateOperatorRequest1793800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE platform.operator_request (
        id text PRIMARY KEY,
        fingerprint text NOT NULL,
        effect text,
        answer text,
        used_at timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX operator_request_used_at ON platform.operator_request (used_at)');
    await runner.query(
      'CREATE INDEX operator_request_effect ON platform.operator_request (effect) WHERE effect IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE platform.operator_request');
  }
}
