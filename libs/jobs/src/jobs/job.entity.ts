import { Column, Entity, Generated, PrimaryColumn } from 'typeorm';

export type JobStatus = 'waiting' | 'handed' | 'running' | 'dead';

/** Something to be done for a tenant: a task, or the telling of an event to one listener. Gone when it is done. */
@Entity('job')
export class JobEntity {
  @PrimaryColumn('uuid')
  id!: string;

  /** The order in which jobs of one lane are done. */
  @Column('bigint')
  @Generated('increment')
  seq!: string;

  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  /** Name of the task or of the listener. */
  @Column('text')
  task!: string;

  /** Empty for tasks; the listener's name for an event, one of which at a time is told. */
  @Column('text', { default: '' })
  lane!: string;

  /** Done whether the tenant may be entered or not. */
  @Column('boolean', { default: false })
  detached!: boolean;

  @Column('jsonb', { default: {} })
  payload!: Record<string, unknown>;

  @Column('uuid', { name: 'event_id', nullable: true })
  eventId!: string | null;

  @Column('text', { nullable: true })
  key!: string | null;

  @Column('text', { default: 'waiting' })
  status!: JobStatus;

  @Column('smallint', { default: 0 })
  priority!: number;

  @Column('timestamptz', { name: 'run_at', default: () => 'now()' })
  runAt!: Date;

  @Column('smallint', { default: 0 })
  attempts!: number;

  @Column('smallint', { name: 'max_attempts', default: 10 })
  maxAttempts!: number;

  /** Which handing over to graphile-worker is the valid one. */
  @Column('integer', { default: 0 })
  ticket!: number;

  /** Why the last attempt failed. */
  @Column('text', { nullable: true })
  error!: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
