import { Embeddable, Filterable, Sortable } from '@tenantry/platform';
import { Column, Entity, JoinColumn, ManyToOne, OneToMany, PrimaryColumn, type Relation } from 'typeorm';

@Entity('customer')
export class Customer {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id!: string;

  @Column('text')
  name!: string;

  @Column('text', { select: false })
  secret!: string;
}

@Entity('order_line')
export class OrderLine {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id!: string;

  @ManyToOne(() => Order, (order) => order.lines)
  @JoinColumn({ name: 'order_id' })
  order?: Relation<Order>;

  @Column('text')
  article!: string;
}

/** A column of every kind by which clients can filter and sort. */
@Entity('customer_order')
export class Order {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id!: string;

  @Filterable()
  @Sortable()
  @Column('text', { nullable: true })
  title!: string | null;

  @Filterable()
  @Column('enum', { enum: ['open', 'closed'], enumName: 'order_status' })
  status!: 'open' | 'closed';

  @Filterable()
  @Sortable()
  @Column('int', { nullable: true })
  priority!: number | null;

  @Filterable()
  @Sortable()
  @Column('float8', { nullable: true })
  weight!: number | null;

  @Filterable()
  @Column('boolean')
  paid!: boolean;

  @Filterable()
  @Sortable()
  @Column('timestamptz', { name: 'due_at', nullable: true })
  dueAt!: Date | null;

  @Sortable()
  @Filterable()
  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('text')
  note!: string;

  @Filterable()
  @Column('uuid', { name: 'customer_id', nullable: true })
  customerId!: string | null;

  @Embeddable({ resource: '/customers/:id' })
  @ManyToOne(() => Customer)
  @JoinColumn({ name: 'customer_id' })
  customer?: Relation<Customer> | null;

  @Embeddable({ resource: '/orders/:orderId/lines/:id' })
  @OneToMany(() => OrderLine, (line) => line.order)
  lines?: Relation<OrderLine>[];
}
