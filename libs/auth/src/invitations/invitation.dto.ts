import { IsOptional, IsString, Length, MaxLength } from 'class-validator';

/** Accepts an invitation. */
export class InvitationAcceptance {
  @IsString()
  @MaxLength(100)
  token!: string;

  @IsString()
  @Length(12, 256)
  password!: string;

  @IsOptional()
  @IsString()
  @Length(1, 200)
  name?: string;
}
