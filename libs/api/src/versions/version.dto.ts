import { IsISO8601, Matches } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';

const VERSION_STATUSES = ['current', 'deprecated', 'ended'] as const;

export type VersionStatus = (typeof VERSION_STATUSES)[number];

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** One change from a version to the one before. */
export class ApiChangeView {
  /** The version that it made, `YYYY-MM-DD`. */
  date!: string;
  /** Module whose contract it changed. */
  module!: string;
  name!: string;
  /** What callers who move to this version must know. */
  description!: string;
  /** Schemas of the OpenAPI document that it changed. */
  schemas!: string[];
}

/** A version of the API. */
export class ApiVersionView {
  /** `YYYY-MM-DD`. */
  version!: string;
  @ApiProperty({ enum: VERSION_STATUSES })
  status!: VersionStatus;
  /** Since when there is a newer version, `YYYY-MM-DD`. */
  deprecatedAt?: string;
  /** When requests of this version end, `YYYY-MM-DD`, if that is decided. */
  sunsetAt?: string;
  /** What this version changed. */
  changes!: ApiChangeView[];
  _links!: Record<string, { href: string }>;
}

/** How much a version is in use. */
export class ApiVersionUseView {
  /** `YYYY-MM-DD`. */
  version!: string;
  @ApiProperty({ enum: VERSION_STATUSES })
  status!: VersionStatus;
  sunsetAt?: string;
  /** Tenants pinned to it. */
  pinnedTenants!: number;
  /** Tenants that used it in the last 30 days, by pin or by header. */
  activeTenants!: number;
  /** When it was last used. */
  lastUsedAt?: Date;
  _links!: Record<string, { href: string }>;
}

/** A tenant that is pinned to a version or has used it. */
export class TenantVersionUseView {
  /** Tenant id. */
  id!: string;
  slug!: string;
  /** Whether the tenant is pinned to it. */
  pinned!: boolean;
  /** Requests that spoke it so far. */
  requests!: number;
  lastUsedAt?: Date;
  _links!: Record<string, { href: string }>;
}

export class ApiVersionAnnouncement {
  /** When requests of this version end, `YYYY-MM-DD`, UTC. */
  @IsISO8601({ strict: true })
  @Matches(DATE)
  sunsetAt!: string;
}

/** The version a tenant is pinned to. */
export class ApiVersionPinView {
  /** `YYYY-MM-DD`. */
  apiVersion!: string;
  newest!: string;
  /** The version before the last move, while the tenant may return to it. */
  previous?: string;
  returnableUntil?: Date;
  _links!: Record<string, { href: string }>;
}

export class ApiVersionPinChange {
  /** A newer version, or the one before within 72 hours of the move; `YYYY-MM-DD`. */
  @Matches(DATE)
  apiVersion!: string;
}
