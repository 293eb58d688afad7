import { Type } from 'class-transformer';
import { MayBeAbsent } from '@tenantry/kernel';
import { IsBoolean, IsObject, IsString, Length, MaxLength, ValidateNested } from 'class-validator';
import { NewOwner } from '../tenants/tenant.dto.js';

/** The tenant that a clone becomes. It has the plan, the settings and the API version of the one it is made from. */
export class CloneRequest {
  /** 3 to 63 of a-z, 0-9 and "-". @example "acme-test" */
  @IsString()
  @MaxLength(200)
  slug!: string;

  /** @example "Acme Ltd (test)" */
  @IsString()
  @Length(1, 200)
  name!: string;

  /**
   * Whether it begins with the rows of the other, its users and their passwords among them; without sessions,
   * invitations and keys. Otherwise it begins as a new tenant does.
   */
  @MayBeAbsent()
  @IsBoolean()
  data: boolean = false;

  /** Somebody who may do everything in it; needed without data. */
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => NewOwner)
  owner?: NewOwner;
}
