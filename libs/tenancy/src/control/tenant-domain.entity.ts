import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A domain of a tenant's own. It names the tenant only once it is verified. */
@Entity('tenant_domain')
export class TenantDomainEntity {
  /** Lower case, without a trailing dot. */
  @PrimaryColumn('text')
  domain!: string;

  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @Column('timestamptz', { name: 'verified_at', nullable: true })
  verifiedAt!: Date | null;
}
