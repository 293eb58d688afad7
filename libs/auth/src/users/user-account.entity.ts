import { Filterable, Sortable } from '@tenantry/kernel';
import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';

/** A person who uses the API of one tenant. */
@Entity('user_account')
export class UserAccount {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id!: string;

  /** Lower case. */
  @Filterable()
  @Sortable()
  @Column('text')
  email!: string;

  @Column('text')
  name!: string;

  /** argon2id; null until an invitation is accepted. */
  @Column('text', { name: 'password_hash', nullable: true })
  passwordHash!: string | null;

  @Column('text', { array: true })
  roles!: string[];

  @Column('timestamptz', { name: 'disabled_at', nullable: true })
  disabledAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz', name: 'updated_at' })
  updatedAt!: Date;
}
