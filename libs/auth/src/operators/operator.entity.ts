import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A person who runs the platform. */
@Entity('operator')
export class OperatorEntity {
  @PrimaryColumn('uuid')
  id!: string;

  /** Lower case. */
  @Column('text')
  email!: string;

  @Column('text', { name: 'password_hash' })
  passwordHash!: string;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
