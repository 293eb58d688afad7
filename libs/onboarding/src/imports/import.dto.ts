import { ApiProperty } from '@nestjs/swagger';
import { MayBeAbsent } from '@tenantry/kernel';
import { IsIn, IsString, Length, MaxLength } from 'class-validator';

/** What an archive becomes: a new tenant, or what an existing one has instead of its data. */
export class ImportQuery {
  /** Slug of the new tenant; that of the archive when absent. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  slug?: string;

  /** Name of the new tenant; that of the archive when absent. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  name?: string;

  /** Plan of the new tenant; that of the archive when absent. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(40)
  plan?: string;

  /** Id or slug of the tenant whose data is replaced, with `replace=true` and `confirm`. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  tenant?: string;

  @MayBeAbsent()
  @IsIn(['true', 'false'])
  @ApiProperty({ enum: ['true', 'false'] })
  replace?: string;

  /** The slug of the tenant whose data is replaced. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  confirm?: string;
}
