import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Order } from './order.entity.js';

@Entity('order_line')
export class OrderLine {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id!: string;

  @Column('uuid', { name: 'order_id' })
  orderId!: string;

  @ManyToOne(() => Order, (order) => order.lines)
  @JoinColumn({ name: 'order_id' })
  order!: Relation<Order>;

  @Column('text')
  product!: string;

  @Column('integer')
  quantity!: number;

  /** Decimal, of one piece. */
  @Column('numeric', { name: 'unit_price', precision: 14, scale: 2 })
  unitPrice!: string;
}
