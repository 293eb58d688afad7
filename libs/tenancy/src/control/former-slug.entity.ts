import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A slug that a tenant had before it was renamed. No other tenant may take it while it is kept. */
@Entity('tenant_former_slug')
export class FormerSlugEntity {
  @PrimaryColumn('text')
  slug!: string;

  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @Column('timestamptz', { name: 'reserved_until' })
  reservedUntil!: Date;
}
