import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateOrders1785715200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE customer_order (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        number text NOT NULL UNIQUE,
        status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'fulfilled', 'cancelled')),
        customer_name text NOT NULL,
        customer_email text NOT NULL,
        currency text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      CREATE TABLE order_line (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        order_id uuid NOT NULL REFERENCES customer_order (id) ON DELETE CASCADE,
        product text NOT NULL,
        quantity integer NOT NULL CHECK (quantity > 0),
        unit_price numeric(14, 2) NOT NULL CHECK (unit_price >= 0)
      )`);
    await runner.query('CREATE INDEX order_line_order ON order_line (order_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE order_line, customer_order');
  }
}
