import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Requests for tenants, and which tenant each led to: at most one, written with the tenant's own row. */
export class CreateSignup1794400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE platform.signup_request (
        id uuid PRIMARY KEY,
        email text NOT NULL CHECK (email = lower(email)),
        organization text NOT NULL,
        slug text,
        name text,
        token_hash text NOT NULL UNIQUE,
        expires_at timestamptz NOT NULL,
        mail_attempts integer NOT NULL DEFAULT 0,
        mail_due_at timestamptz NOT NULL,
        mailed_at timestamptz,
        completed_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`CREATE INDEX ON platform.signup_request (mail_due_at) WHERE mailed_at IS NULL`);
    await runner.query(`CREATE INDEX ON platform.signup_request (expires_at)`);
    await runner.query(`
      CREATE TABLE platform.signup_tenant (
        request_id uuid PRIMARY KEY REFERENCES platform.signup_request ON DELETE CASCADE,
        tenant_id uuid NOT NULL UNIQUE REFERENCES platform.tenant ON DELETE CASCADE
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE platform.signup_tenant');
    await runner.query('DROP TABLE platform.signup_request');
  }
}
