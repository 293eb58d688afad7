import { Ephemeral } from '@tenantry/kernel';
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A way for an invited user to choose a password, once. */
@Ephemeral()
@Entity('invitation')
export class Invitation {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'user_id' })
  userId!: string;

  /** SHA-256 of the token. */
  @Column('text', { name: 'token_hash' })
  tokenHash!: string;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
