import { Filterable, Sortable } from '@tenantry/kernel';
import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import type { Maintenance, TenantStatus } from '../context/tenant.js';

/** A tenant's row in the control plane. */
@Entity('tenant')
export class TenantEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Filterable()
  @Sortable()
  @Column('text')
  slug!: string;

  @Column('text')
  name!: string;

  @Column('text')
  status!: TenantStatus;

  @Column('text')
  plan!: string;

  @Column('text', { name: 'api_version' })
  apiVersion!: string;

  @Column('jsonb', { default: {} })
  settings!: Record<string, unknown>;

  /** What its requests are told while it is under maintenance. */
  @Column('jsonb', { nullable: true })
  maintenance!: Maintenance | null;

  /** Which migrations its schema has; null until they ran for the first time. */
  @Column('text', { name: 'migration_set', nullable: true })
  migrationSet!: string | null;

  @Sortable()
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz', name: 'updated_at' })
  updatedAt!: Date;

  @Column('timestamptz', { name: 'purge_after', nullable: true })
  purgeAfter!: Date | null;
}
