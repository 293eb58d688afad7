import { Type } from 'class-transformer';
import {
  IsDefined,
  IsEmail,
  IsIn,
  IsObject,
  IsString,
  Length,
  MaxLength,
  ValidateNested,
  Matches,
} from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { MayBeAbsent, PageQuery } from '@tenantry/kernel';
import { TENANT_STATUSES, type Tenant } from '@tenantry/tenancy';
import { IsSettings } from './settings.validator.js';

/** The first user of a tenant, who may do everything in it. */
export class NewOwner {
  /** @example "ada@acme.example" */
  @IsEmail()
  @MaxLength(254)
  email!: string;

  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  name?: string;

  /** Without one, the answer holds an invitation. */
  @MayBeAbsent()
  @IsString()
  @Length(12, 256)
  password?: string;
}

/** A tenant to be made. */
export class NewTenantRequest {
  /** 3 to 63 of a-z, 0-9 and "-". @example "acme" */
  @IsString()
  @MaxLength(200)
  slug!: string;

  /** @example "Acme Ltd" */
  @IsString()
  @Length(1, 200)
  name!: string;

  /** Code of a plan; defaults to `free`. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(40)
  plan?: string;

  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => NewOwner)
  owner!: NewOwner;

  /** Settings of the tenant: a flat object of at most 100 strings, numbers and booleans. `features: {name: false}` switches a feature off. */
  @MayBeAbsent()
  @IsSettings()
  settings?: Record<string, unknown>;

  /** Version of the API that its requests speak when they do not say one, `YYYY-MM-DD`; the newest when absent. */
  @MayBeAbsent()
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  apiVersion?: string;
}

/** What to change of a tenant. */
export class TenantChangeRequest {
  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  name?: string;

  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  slug?: string;

  @MayBeAbsent()
  @IsString()
  @MaxLength(40)
  plan?: string;

  /** Replaces all settings. */
  @MayBeAbsent()
  @IsSettings()
  settings?: Record<string, unknown>;
}

/** Which tenants are asked for. */
export class TenantQuery extends PageQuery {
  @MayBeAbsent()
  @IsIn(TENANT_STATUSES)
  status?: string;

  /** Part of the slug or name. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(100)
  q?: string;

  @MayBeAbsent()
  @IsString()
  @MaxLength(40)
  plan?: string;
}

/** How a tenant is deleted. */
export class TenantDeletionQuery {
  /** `true` drops its data now instead of after the grace period. */
  @MayBeAbsent()
  @IsIn(['true', 'false'])
  purge?: string;

  /** The tenant's slug, to confirm a purge. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  confirm?: string;
}

/** How the first owner gets in. */
export class OwnerInvitationView {
  token!: string;
  url!: string;
  expiresAt!: Date;
}

/** A tenant. */
export class TenantView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  slug!: string;
  name!: string;

  @ApiProperty({ enum: TENANT_STATUSES })
  status!: string;

  /** `behind` while its tables lack a migration that the software needs; an active tenant then answers 503. */
  @ApiProperty({ enum: ['current', 'behind'] })
  schema!: 'current' | 'behind';

  plan!: string;
  apiVersion!: string;
  settings!: Record<string, unknown>;
  createdAt!: Date;
  updatedAt!: Date;
  /** When a deleted tenant's data is dropped. */
  purgeAfter?: Date;
  /** Only in the answer that made the tenant, when the owner was given no password. */
  ownerInvitation?: OwnerInvitationView;
  _links!: Record<string, { href: string }>;
}

type ViewedTenant = Omit<Tenant, 'maintenance'> & { readonly purgeAfter?: Date | null };

export function viewOfTenant(tenant: ViewedTenant, schema: TenantView['schema']): TenantView {
  const { id, slug, name, status, plan, apiVersion, settings, createdAt, updatedAt, purgeAfter } = tenant;
  return {
    id,
    slug,
    name,
    status,
    schema,
    plan,
    apiVersion,
    settings: { ...settings },
    createdAt,
    updatedAt,
    ...(purgeAfter && { purgeAfter }),
    _links: { self: { href: `/admin/tenants/${id}` } },
  };
}
