import { Body, Controller, Delete, Get, HttpCode, Logger, Param, Patch, Post, Query } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import {
  AvailableWhen,
  defineError,
  findPage,
  PageQuery,
  Public,
  Rel,
  Requires,
  RequiresFeature,
  SignedIn,
  Throws,
} from '@tenantry/platform';
import { Repository } from 'typeorm';
import { Order } from './purchase.entity.js';
import { NewOrder, OrderChange } from './purchases.dto.js';

const OrderNotOpen = defineError('SPEC_ORDER_NOT_OPEN', 409, 'The order is not open.');

@Controller('orders')
export class OrdersController {
  constructor(@InjectRepository(Order) private readonly orders: Repository<Order>) {}

  /** Orders, oldest first. */
  @Get()
  @Requires('orders:read')
  list(@Query() page: PageQuery) {
    return findPage(this.orders, page);
  }

  /** Orders something. */
  @Post()
  @Requires('orders:write')
  add(@Body() { title }: NewOrder) {
    return this.orders.save(this.orders.create({ title }));
  }

  /** Everything at once. */
  @Get('export')
  @Requires('orders:read')
  @RequiresFeature('export')
  export() {
    return this.orders.find();
  }

  @Get(':id')
  @Requires('orders:read')
  read(@Param('id') id: string) {
    return this.orders.findOneByOrFail({ id });
  }

  @Patch(':id')
  @Requires('orders:write')
  async change(@Param('id') id: string, @Body() body: OrderChange): Promise<Order> {
    return this.orders.save(Object.assign(await this.orders.findOneByOrFail({ id }), body));
  }

  @Delete(':id')
  @HttpCode(204)
  @Requires('orders:remove')
  async remove(@Param('id') id: string): Promise<void> {
    await this.orders.remove(await this.orders.findOneByOrFail({ id }));
  }

  /** Cancels an order that is open. */
  @Post(':id/cancel')
  @HttpCode(200)
  @Requires('orders:write')
  @Throws(OrderNotOpen)
  @AvailableWhen<Order>(({ state }) => state === 'open')
  async cancel(@Param('id') id: string): Promise<Order> {
    const order = await this.orders.findOneByOrFail({ id });
    if (order.state !== 'open') throw new OrderNotOpen();
    return this.orders.save(Object.assign(order, { state: 'cancelled' }));
  }

  /** Sends an order at once. */
  @Post(':id/expedite')
  @HttpCode(200)
  @Requires('orders:write')
  @RequiresFeature('expedite')
  expedite(@Param('id') id: string): Promise<Order> {
    return this.orders.findOneByOrFail({ id });
  }

  @Get(':id/history')
  @Requires('orders:audit')
  @Rel('version-history')
  history(@Param('id') id: string) {
    return this.orders.findBy({ id });
  }

  @Get(':id/pages/:number')
  @SignedIn()
  page(@Param('id') id: string, @Param('number') number: string) {
    return { id, number };
  }
}

@Controller()
export class OddController {
  private readonly logger = new Logger('Suggestions');

  /** Leaves a suggestion. */
  @Post('suggestions')
  @HttpCode(204)
  @Requires('orders:write')
  suggest(@Body() { title }: OrderChange): void {
    this.logger.log(title);
  }

  @Get('opening-hours')
  @Public()
  @Rel('hours')
  hours() {
    return { id: 'hours', open: true };
  }

  @Get('prices/:product')
  @SignedIn()
  price(@Param('product') id: string) {
    return { id };
  }

  @Get('ledger/summary')
  @Requires('orders:audit')
  summary() {
    return { id: 'summary' };
  }
}
