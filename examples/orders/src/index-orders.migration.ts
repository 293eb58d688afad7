import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What clients filter and sort by; `number` has an index by being unique. */
export class IndexOrders1793700100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX customer_order_status ON customer_order (status)');
    await runner.query('CREATE INDEX customer_order_created_at ON customer_order (created_at, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX customer_order_status, customer_order_created_at');
  }
}
