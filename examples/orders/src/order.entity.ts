import { Filterable, Sortable } from '@tenantry/platform';
import { Column, CreateDateColumn, Entity, OneToMany, PrimaryColumn, UpdateDateColumn, type Relation } from 'typeorm';
import { OrderLine } from './order-line.entity.js';

export const ORDER_STATUSES = ['open', 'fulfilled', 'cancelled'] as const;

export type OrderStatus = (typeof ORDER_STATUSES)[number];

@Entity('customer_order')
export class Order {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id!: string;

  @Filterable()
  @Sortable()
  @Column('text')
  number!: string;

  @Filterable()
  @Column('text', { default: 'open' })
  status!: OrderStatus;

  @Column('text', { name: 'customer_name' })
  customerName!: string;

  @Column('text', { name: 'customer_email' })
  customerEmail!: string;

  /** ISO 4217. */
  @Column('text')
  currency!: string;

  @OneToMany(() => OrderLine, (line) => line.order, { cascade: ['insert'] })
  lines!: Relation<OrderLine>[];

  @Filterable()
  @Sortable()
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz', name: 'updated_at' })
  updatedAt!: Date;
}
