import { MayBeAbsent } from '@tenantry/platform';
import { IsBoolean, IsEmail, IsIn, IsInt, IsString, Length, Matches, Max, Min } from 'class-validator';

export class NewOrder {
  @IsString()
  @Length(1, 200)
  @Matches(/^[A-Z]/)
  title!: string;

  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(99)
  quantity?: number;

  @MayBeAbsent()
  @IsIn(['air', 'sea'])
  freight?: string;

  @MayBeAbsent()
  @IsBoolean()
  urgent?: boolean;

  @MayBeAbsent()
  @IsEmail()
  contact?: string;
}

export class OrderChange {
  @IsString()
  title!: string;
}
