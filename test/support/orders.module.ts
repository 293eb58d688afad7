import { Controller, Get, Param, Query } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { findPage, findResource, PageQuery, Requires, ResourceQuery, TenantryModule } from '@tenantry/platform';
import { Repository, type MigrationInterface, type QueryRunner } from 'typeorm';
import { Customer, Order, OrderLine } from './order.entity.js';

class CreateOrders1785628800400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE TABLE customer (id uuid PRIMARY KEY DEFAULT uuidv7(), name text NOT NULL, secret text NOT NULL)',
    );
    await runner.query(`CREATE TYPE order_status AS ENUM ('open', 'closed')`);
    await runner.query(`
      CREATE TABLE customer_order (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        title text,
        status order_status NOT NULL DEFAULT 'open',
        priority integer,
        weight double precision,
        paid boolean NOT NULL DEFAULT false,
        due_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        note text NOT NULL DEFAULT '',
        customer_id uuid REFERENCES customer
      )`);
    for (const column of ['title', 'status', 'priority', 'weight', 'paid', 'due_at', 'created_at', 'customer_id'])
      await runner.query(`CREATE INDEX ON customer_order (${column}, id)`);
    await runner.query(`
      CREATE TABLE order_line (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        order_id uuid NOT NULL REFERENCES customer_order ON DELETE CASCADE,
        article text NOT NULL
      )`);
    await runner.query('CREATE INDEX ON order_line (order_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE order_line, customer_order, customer');
  }
}

@Controller('orders')
class OrdersController {
  constructor(@InjectRepository(Order) private readonly orders: Repository<Order>) {}

  @Get()
  @Requires('orders:read')
  list(@Query() page: PageQuery) {
    return findPage(this.orders, page);
  }

  /** Those that are open, whatever else is asked. */
  @Get('open')
  @Requires('orders:read')
  open(@Query() page: PageQuery) {
    return findPage(this.orders, page, { status: 'open' });
  }

  /** Any order by its id, but open ones only. */
  @Get('open/:id')
  @Requires('orders:read')
  readOpen(@Param('id') id: string, @Query() query: ResourceQuery) {
    return findResource(this.orders, id, query, { status: 'open' });
  }

  @Get(':id')
  @Requires('orders:read')
  read(@Param('id') id: string, @Query() query: ResourceQuery) {
    return findResource(this.orders, id, query);
  }
}

/** Related tables whose collection can be filtered, sorted and embedded. */
@TenantryModule({
  name: 'orders',
  compatibility: '^1.0.0',
  entities: [Customer, Order, OrderLine],
  tenantMigrations: [CreateOrders1785628800400],
  permissions: { 'orders:read': 'Read orders' },
  controllers: [OrdersController],
})
export class OrdersModule {}
