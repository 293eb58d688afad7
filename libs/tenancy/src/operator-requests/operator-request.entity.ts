import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A request that an operator sent with an Idempotency-Key. */
@Entity('operator_request')
export class OperatorRequestEntity {
  /** Digest of operator, method, path and key. */
  @PrimaryColumn('text')
  id!: string;

  /** Digest of the request. */
  @Column('text')
  fingerprint!: string;

  /** What it has made so far, written by the transaction that made it. */
  @Column('text', { nullable: true })
  effect!: string | null;

  /** Sealed, because an answer may hold what is shown only once. */
  @Column('text', { nullable: true })
  answer!: string | null;

  @Index()
  @Column('timestamptz', { name: 'used_at' })
  usedAt!: Date;
}
