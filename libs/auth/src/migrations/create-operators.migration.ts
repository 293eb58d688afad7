import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables of the control plane. */
export class CreateOperators1793500100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE platform.operator (
        id uuid PRIMARY KEY,
        email text NOT NULL UNIQUE CHECK (email = lower(email)),
        password_hash text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      CREATE TABLE platform.signing_key (
        kid text PRIMARY KEY,
        public_jwk jsonb NOT NULL,
        sealed_private_key text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      CREATE TABLE platform.revoked_session (
        session_id uuid PRIMARY KEY,
        expires_at timestamptz NOT NULL
      )`);
    // The shape that rate-limiter-flexible's Postgres store works with.
    await runner.query(`
      CREATE TABLE platform.login_attempt (
        key text PRIMARY KEY,
        points integer NOT NULL DEFAULT 0,
        expire bigint
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const tables = ['login_attempt', 'revoked_session', 'signing_key', 'operator'];
    for (const table of tables) await runner.query(`DROP TABLE platform.${table}`);
  }
}
