import { Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import {
  findPage,
  findResource,
  PageQuery,
  Requires,
  RequiresFeature,
  ResourceQuery,
  TenantryModule,
} from '@tenantry/platform';
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

/** Those that only admins know. */
@Controller('customers')
class CustomersController {
  constructor(@InjectRepository(Customer) private readonly customers: Repository<Customer>) {}

  @Get(':id')
  @Requires('customers:read')
  read(@Param('id') id: string, @Query() query: ResourceQuery) {
    return findResource(this.customers, id, query);
  }

  @Delete(':id')
  @Requires('customers:write')
  async remove(@Param('id') id: string) {
    await this.customers.delete({ id });
  }

  @Post(':id/greetings')
  @HttpCode(200)
  @Requires('customers:read')
  greet(@Param('id') id: string) {
    return this.customers.findOneByOrFail({ id });
  }
}

@Controller('orders/:order/lines')
class LinesController {
  constructor(@InjectRepository(OrderLine) private readonly lines: Repository<OrderLine>) {}

  @Get(':id')
  @Requires('orders:read')
  @RequiresFeature('lines')
  read(@Param('order') order: string, @Param('id') id: string, @Query() query: ResourceQuery) {
    return findResource(this.lines, id, query, { order: { id: order } });
  }
}

/** Related tables whose collection can be filtered, sorted and embedded. */
@TenantryModule({
  name: 'orders',
  compatibility: '^1.0.0',
  entities: [Customer, Order, OrderLine],
  tenantMigrations: [CreateOrders1785628800400],
  permissions: {
    'orders:read': 'Read orders',
    'customers:read': { description: 'Read customers', roles: ['admin'] },
    'customers:write': { description: 'Change customers', roles: ['owner'] },
  },
  controllers: [OrdersController, CustomersController, LinesController],
})
export class OrdersModule {}
