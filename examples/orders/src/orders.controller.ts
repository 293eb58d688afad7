import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import {
  AvailableWhen,
  CollectionOf,
  defineError,
  findPage,
  Page,
  PageQuery,
  Requires,
  Throws,
} from '@tenantry/platform';
import { In, Repository } from 'typeorm';
import { NewOrder, OrderChange, OrderView, viewOf } from './order.dto.js';
import { OrderLine } from './order-line.entity.js';
import { Order } from './order.entity.js';

const OrderNotOpen = defineError('ORDERS_NOT_OPEN', 409, 'The order is not open any more.');

@Controller('orders')
export class OrdersController {
  constructor(
    @InjectRepository(Order) private readonly orders: Repository<Order>,
    @InjectRepository(OrderLine) private readonly lines: Repository<OrderLine>,
  ) {}

  /** Orders, oldest first. */
  @Get()
  @CollectionOf(Order)
  @Requires('orders:read')
  async list(@Query() query: PageQuery): Promise<Page<OrderView>> {
    const { items, next } = await findPage(this.orders, query);
    const lines = await this.lines.findBy({ orderId: In(items.map(({ id }) => id)) }); // one query for the page
    return new Page(
      items.map((order) => viewOf({ ...order, lines: lines.filter(({ orderId }) => orderId === order.id) })),
      next,
    );
  }

  /** Places an order. */
  @Post()
  @Requires('orders:write')
  async place(@Body() { customer, ...body }: NewOrder): Promise<OrderView> {
    const order = this.orders.create({ ...body, customerName: customer.name, customerEmail: customer.email });
    return viewOf(await this.orders.save(order));
  }

  /** One order. */
  @Get(':id')
  @Requires('orders:read')
  async read(@Param('id') id: string): Promise<OrderView> {
    return viewOf(await this.find(id));
  }

  /** Changes an order. */
  @Patch(':id')
  @Requires('orders:write')
  async change(@Param('id') id: string, @Body() { status, customer }: OrderChange): Promise<OrderView> {
    const order = await this.find(id);
    if (status !== undefined) order.status = status;
    order.customerName = customer?.name ?? order.customerName;
    order.customerEmail = customer?.email ?? order.customerEmail;
    return viewOf(await this.orders.save(order));
  }

  /** Cancels an open order. */
  @Post(':id/cancel')
  @Throws(OrderNotOpen)
  @AvailableWhen<OrderView>(({ status }) => status === 'open')
  @HttpCode(200)
  @Requires('orders:write')
  async cancel(@Param('id') id: string): Promise<OrderView> {
    const { affected } = await this.orders.update({ id, status: 'open' }, { status: 'cancelled' });
    const order = await this.find(id);
    if (affected === 0) throw new OrderNotOpen();
    return viewOf(order);
  }

  private find(id: string): Promise<Order> {
    return this.orders.findOneOrFail({ where: { id }, relations: { lines: true } });
  }
}
