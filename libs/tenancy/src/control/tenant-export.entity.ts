import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An archive of a tenant that lies in the folder of exports. */
@Entity('tenant_export')
export class TenantExportEntity {
  /** That of the operation that wrote it. */
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  /** At the time of the export. */
  @Column('text')
  slug!: string;

  /** Name within the folder. */
  @Column('text')
  file!: string;

  @Column('bigint')
  bytes!: string;

  /** Of its manifest, which has the digests of all parts; hexadecimal. */
  @Column('text')
  sha256!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  /** Null when it is kept until somebody deletes it. */
  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;
}
