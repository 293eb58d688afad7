import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';

/** What tenants subscribe to. */
@Entity('plan')
export class PlanEntity {
  /** `[a-z][a-z0-9-]*`; tenants refer to it. */
  @PrimaryColumn('text')
  code!: string;

  @Column('text')
  name!: string;

  /** In the currency's minor unit, for a month. */
  @Column('integer', { name: 'price_amount' })
  priceAmount!: number;

  /** ISO 4217. */
  @Column('text', { name: 'price_currency' })
  priceCurrency!: string;

  /** Whether new tenants may subscribe to it. */
  @Column('boolean', { default: true })
  active!: boolean;

  /** Optional features that its tenants may use. */
  @Column('text', { array: true, default: [] })
  features!: string[];

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz', name: 'updated_at' })
  updatedAt!: Date;
}
