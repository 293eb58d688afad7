import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';

export type OperationStatus = 'running' | 'succeeded' | 'failed';

/** A step that is done. */
export interface OperationStepRecord {
  readonly name: string;
  readonly finishedAt: string;
}

/** How far a long step is, in units of the operation's own: tenants, rows. */
export interface OperationProgress {
  readonly done: number;
  readonly total: number;
  readonly failed?: number;
}

/** One long-running operation on a tenant or on the fleet: what has been asked and how far it is. */
@Entity('tenant_operation')
export class TenantOperationEntity {
  @PrimaryColumn('uuid')
  id!: string;

  /** Null when it concerns the whole fleet. */
  @Column('uuid', { name: 'tenant_id', nullable: true })
  tenantId!: string | null;

  /** One of the kinds of `OperationPlans`. */
  @Column('text')
  kind!: string;

  @Column('text')
  status!: OperationStatus;

  /** What the steps need; emptied when the operation ends. Passwords only as hashes. */
  @Column('jsonb', { default: {} })
  input!: Record<string, unknown>;

  @Column('jsonb', { default: [] })
  steps!: OperationStepRecord[];

  @Column('jsonb', { nullable: true })
  progress!: OperationProgress | null;

  /** What it gave, for operators to read: no secrets. */
  @Column('jsonb', { nullable: true })
  result!: Record<string, unknown> | null;

  /** Why it failed, for operators to read: nothing of SQL or paths. */
  @Column('text', { nullable: true })
  error!: string | null;

  @Column('timestamptz', { name: 'cancel_requested_at', nullable: true })
  cancelRequestedAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz', name: 'updated_at' })
  updatedAt!: Date;
}
