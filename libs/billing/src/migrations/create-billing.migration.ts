import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateBilling1793500200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE platform.plan (
        code text PRIMARY KEY,
        name text NOT NULL,
        price_amount integer NOT NULL CHECK (price_amount >= 0),
        price_currency text NOT NULL,
        active boolean NOT NULL DEFAULT true,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      INSERT INTO platform.plan (code, name, price_amount, price_currency) VALUES
        ('free', 'Free', 0, 'EUR'), ('team', 'Team', 4900, 'EUR'), ('enterprise', 'Enterprise', 49900, 'EUR')`);
    await runner.query('ALTER TABLE platform.tenant ADD FOREIGN KEY (plan) REFERENCES platform.plan (code)');
    await runner.query(`
      CREATE TABLE platform.subscription (
        id uuid PRIMARY KEY,
        tenant_id uuid NOT NULL REFERENCES platform.tenant (id) ON DELETE CASCADE,
        plan_code text NOT NULL REFERENCES platform.plan (code),
        started_at timestamptz NOT NULL,
        ended_at timestamptz
      )`);
    await runner.query(
      'CREATE UNIQUE INDEX subscription_current ON platform.subscription (tenant_id) WHERE ended_at IS NULL',
    );
    await runner.query(`
      CREATE TABLE platform.usage_hour (
        tenant_id uuid NOT NULL,
        hour timestamptz NOT NULL,
        requests bigint NOT NULL,
        PRIMARY KEY (tenant_id, hour)
      )`);
    await runner.query(`
      CREATE TABLE platform.usage_flush (
        id uuid PRIMARY KEY,
        flushed_at timestamptz NOT NULL DEFAULT now()
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE platform.tenant DROP CONSTRAINT tenant_plan_fkey');
    for (const table of ['usage_flush', 'usage_hour', 'subscription', 'plan'])
      await runner.query(`DROP TABLE platform.${table}`);
  }
}
