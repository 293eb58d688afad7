import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** Somebody asks for a tenant, and has yet to show that the address is theirs. */
@Entity('signup_request')
export class SignupRequest {
  @PrimaryColumn('uuid')
  id!: string;

  /** Lower case. */
  @Column('text')
  email!: string;

  /** What the tenant is to be called. */
  @Column('text')
  organization!: string;

  @Column('text', { nullable: true })
  slug!: string | null;

  /** Name of the person. */
  @Column('text', { nullable: true })
  name!: string | null;

  /** SHA-256 of the token. */
  @Column('text', { name: 'token_hash' })
  tokenHash!: string;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('integer', { name: 'mail_attempts', default: 0 })
  mailAttempts!: number;

  /** When the mail may be tried again. */
  @Column('timestamptz', { name: 'mail_due_at' })
  mailDueAt!: Date;

  @Column('timestamptz', { name: 'mailed_at', nullable: true })
  mailedAt!: Date | null;

  /** When its tenant was handed over: the token is spent. */
  @Column('timestamptz', { name: 'completed_at', nullable: true })
  completedAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
