import { TenantryModule } from '@tenantry/platform';
import type { QueryRunner } from 'typeorm';
import { Order } from './purchase.entity.js';
import { OddController, OrdersController } from './purchases.controller.js';

class CreateOrders1785628801000 {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE purchase (
        id uuid PRIMARY KEY DEFAULT uuidv7(), title text NOT NULL, state text NOT NULL DEFAULT 'open')`);
  }

  down = () => Promise.resolve();
}

/** Actions, states, features, and routes that stand in odd places. */
@TenantryModule({
  name: 'orders',
  compatibility: '^1.0.0',
  entities: [Order],
  tenantMigrations: [CreateOrders1785628801000],
  permissions: {
    'orders:read': 'See orders',
    'orders:write': { description: 'Order', roles: ['admin', 'member'] },
    'orders:remove': { description: 'Remove orders', roles: ['admin'] },
    'orders:audit': { description: 'See the past', roles: [] },
  },
  controllers: [OrdersController, OddController],
})
export class OrdersModule {}
