import { IsString, Length, MaxLength } from 'class-validator';
import { MayBeAbsent } from '@tenantry/kernel';

/** Accepts an invitation. */
export class InvitationAcceptance {
  @IsString()
  @MaxLength(100)
  token!: string;

  @IsString()
  @Length(12, 256)
  password!: string;

  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  name?: string;
}
