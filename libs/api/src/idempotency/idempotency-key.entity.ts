import { Ephemeral } from '@tenantry/kernel';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A key that a caller has used; without an answer as long as no request with it has succeeded. */
@Ephemeral()
@Entity('idempotency_key')
export class IdempotencyKey {
  /** Digest of tenant, caller, method, path and key. */
  @PrimaryColumn('text')
  id!: string;

  /** Digest of the request that was answered. */
  @Column('text', { nullable: true })
  fingerprint!: string | null;

  /** Sealed, because an answer may hold what is shown only once. */
  @Column('text', { nullable: true })
  answer!: string | null;

  @Index()
  @Column('timestamptz', { name: 'used_at' })
  usedAt!: Date;
}
