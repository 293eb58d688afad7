import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse } from '@nestjs/swagger';
import { InjectRepository } from '@nestjs/typeorm';
import { MayBeAbsent, PageQuery, Requires, TenantryModule } from '@tenantry/platform';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsEmail,
  IsIn,
  IsInt,
  IsOptional,
  IsPositive,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { Column, Entity, PrimaryColumn, Repository, type QueryRunner } from 'typeorm';

/** The name of this file keeps the OpenAPI plugin away from it, as plain `tsc` does. */
@Entity('parcel')
export class Parcel {
  @PrimaryColumn('uuid', { default: () => 'uuidv7()' })
  id!: string;

  @Column('text')
  address!: string;

  @Column('integer')
  grams!: number;

  @Column('timestamptz', { name: 'sent_at', nullable: true })
  sentAt!: Date | null;

  @Column('text', { array: true })
  labels!: string[];
}

export class CreateParcels1785628800400 {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE parcel (id uuid PRIMARY KEY DEFAULT uuidv7(), address text NOT NULL,
      grams integer NOT NULL, sent_at timestamptz, labels text[] NOT NULL)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE parcel');
  }
}

class Sender {
  @IsEmail()
  email!: string;
}

class Item {
  @IsString()
  @Matches(/^[A-Z]{3}$/)
  code!: string;

  @IsPositive()
  price!: number;
}

class NewParcel {
  @IsString()
  @MaxLength(200)
  address!: string;

  @IsInt()
  @Min(1)
  grams!: number;

  @IsArray()
  @ArrayMaxSize(3)
  @IsIn(['fragile', 'heavy'], { each: true })
  labels!: string[];

  @MayBeAbsent()
  @ValidateNested()
  @Type(() => Sender)
  sender?: Sender;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Item)
  items!: Item[];

  @IsOptional()
  @IsUUID()
  follows?: string | null;
}

class ParcelQuery extends PageQuery {
  @MayBeAbsent()
  @IsIn(['sent', 'waiting'])
  state?: string;
}

@Controller('parcels')
class ParcelsController {
  constructor(@InjectRepository(Parcel) private readonly parcels: Repository<Parcel>) {}

  @Get()
  @Requires('parcels:use')
  @ApiOkResponse({ type: [Parcel] })
  list(@Query() query: ParcelQuery) {
    return this.parcels.find({ take: query.limit });
  }

  @Post()
  @Requires('parcels:use')
  @ApiCreatedResponse({ type: Parcel })
  send(@Body() { address, grams, labels }: NewParcel) {
    return this.parcels.save(this.parcels.create({ address, grams, labels, sentAt: null }));
  }

  @Delete(':id')
  @Requires('parcels:use')
  async remove(@Param('id') id: string) {
    return { removed: (await this.parcels.delete({ id })).affected };
  }
}

/** A module that was compiled without the OpenAPI plugin. */
@TenantryModule({
  name: 'parcels',
  compatibility: '^1.0.0',
  entities: [Parcel],
  tenantMigrations: [CreateParcels1785628800400],
  permissions: { 'parcels:use': { description: 'Send parcels', roles: ['admin'] } },
  controllers: [ParcelsController],
})
export class ParcelsModule {}
