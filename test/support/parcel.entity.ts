import { ApiProperty } from '@nestjs/swagger';
import { Filterable, Sortable } from '@tenantry/platform';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export class Address {
  town!: string;
  street!: string;
}

@Entity('parcel')
export class Parcel {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id!: string;

  @Filterable()
  @Sortable()
  @Column('int')
  grams!: number;

  @ApiProperty({ enum: ['waiting', 'sent', 'lost'] })
  @Filterable()
  @Column('enum', { enum: ['waiting', 'sent', 'lost'], enumName: 'parcel_state' })
  state!: string;

  @Column('jsonb')
  address!: Address;
}
