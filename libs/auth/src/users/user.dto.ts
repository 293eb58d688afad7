import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsString,
  Length,
  MaxLength,
} from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { MayBeAbsent } from '@tenantry/kernel';
import { ROLES } from '../permissions/permission-catalogue.js';
import type { UserAccount } from './user-account.entity.js';

/** A user to be made. Without a password an invitation is made instead. */
export class NewUser {
  /** @example "grace@acme.example" */
  @IsEmail()
  @MaxLength(254)
  email!: string;

  /** Defaults to the e-mail address. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  name?: string;

  @MayBeAbsent()
  @IsString()
  @Length(12, 256)
  password?: string;

  /** Defaults to `["member"]`. */
  @MayBeAbsent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(3)
  @ArrayUnique()
  @IsIn(ROLES, { each: true })
  roles?: string[];
}

/** What to change of a user. */
export class UserChange {
  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  name?: string;

  @MayBeAbsent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(3)
  @ArrayUnique()
  @IsIn(ROLES, { each: true })
  roles?: string[];

  /** A disabled user is signed out everywhere at once and cannot sign in. */
  @MayBeAbsent()
  @IsBoolean()
  disabled?: boolean;
}

/** A way to choose a password, once. */
export class InvitationView {
  token!: string;
  url!: string;
  expiresAt!: Date;
}

/** A user of the tenant. */
export class UserView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  email!: string;
  name!: string;
  roles!: string[];
  disabled!: boolean;
  createdAt!: Date;
  updatedAt!: Date;
  /** Only in the answer that made the user, when no password was given. */
  invitation?: InvitationView;
}

export function viewOf({ id, email, name, roles, disabledAt, createdAt, updatedAt }: UserAccount): UserView {
  return { id, email, name, roles, disabled: disabledAt !== null, createdAt, updatedAt };
}
