import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';

export type OperationKind = 'create' | 'purge';
export type OperationStatus = 'running' | 'succeeded' | 'failed';

/** A step that is done. */
export interface OperationStepRecord {
  readonly name: string;
  readonly finishedAt: string;
}

/** One long-running operation on a tenant: what has been asked and how far it is. */
@Entity('tenant_operation')
export class TenantOperationEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @Column('text')
  kind!: OperationKind;

  @Column('text')
  status!: OperationStatus;

  /** What the steps need; emptied when the operation ends. Passwords only as hashes. */
  @Column('jsonb', { default: {} })
  input!: Record<string, unknown>;

  @Column('jsonb', { default: [] })
  steps!: OperationStepRecord[];

  @Column('text', { nullable: true })
  error!: string | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz', name: 'updated_at' })
  updatedAt!: Date;
}
