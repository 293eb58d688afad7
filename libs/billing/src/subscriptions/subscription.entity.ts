import { Column, Entity, PrimaryColumn } from 'typeorm';

/** That a tenant has a plan, from when and until when. A tenant has one that has not ended. */
@Entity('subscription')
export class SubscriptionEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @Column('text', { name: 'plan_code' })
  planCode!: string;

  @Column('timestamptz', { name: 'started_at' })
  startedAt!: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;
}
