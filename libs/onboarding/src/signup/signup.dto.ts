import { IsEmail, IsString, Length, MaxLength } from 'class-validator';
import { MayBeAbsent } from '@tenantry/kernel';
import { OwnerInvitationView } from '../tenants/tenant.dto.js';

/** Asks for a tenant. */
export class SignupInput {
  /** Where the link goes. @example "ada@acme.example" */
  @IsEmail()
  @MaxLength(254)
  email!: string;

  /** What the tenant is to be called. @example "Acme Ltd" */
  @IsString()
  @Length(1, 200)
  organization!: string;

  /** 3 to 63 of a-z, 0-9 and "-"; made of the organization when absent. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  slug?: string;

  /** Name of the person. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  name?: string;

  /** What the captcha of this installation gave, where it has one. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(4096)
  captcha?: string;
}

/** The same answer for every address: whether a mail was sent is told by the mail alone. */
export class SignupAcceptance {
  /** Seconds that the link in the mail is good for. */
  expiresIn!: number;
}

/** Shows that the address is one's own. */
export class SignupVerification {
  /** From the link in the mail. */
  @IsString()
  @MaxLength(100)
  token!: string;

  /** Without one, the answer holds an invitation to choose it. */
  @MayBeAbsent()
  @IsString()
  @Length(12, 256)
  password?: string;

  /** Another one than was asked for, where that is taken by now. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  slug?: string;
}

/** The tenant that somebody signed up for. */
export class SignedUpTenant {
  id!: string;
  slug!: string;
  name!: string;
  plan!: string;
  apiVersion!: string;
  /** Where its API is. */
  url!: string;
  /** Only where no password was given. */
  ownerInvitation?: OwnerInvitationView;
}

/** Whose slugs are asked for. */
export class SlugQuery {
  /** Name of the organization. */
  @IsString()
  @Length(1, 200)
  name!: string;
}

/** Slugs that are free at this moment; none is kept for the caller. */
export class SlugSuggestions {
  slugs!: string[];
}
