import { IsEmail, IsString, MaxLength, MinLength } from 'class-validator';

/** Credentials, of an operator or of a tenant's user. */
export class Credentials {
  /** @example "ada@acme.example" */
  @IsEmail()
  @MaxLength(254)
  email!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(256)
  password!: string;
}
