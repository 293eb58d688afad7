import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('purchase')
export class Order {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id!: string;

  @Column('text')
  title!: string;

  @Column('text', { default: 'open' })
  state!: string;
}
