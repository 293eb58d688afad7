import { ApiProperty } from '@nestjs/swagger';
import { MayBeAbsent, PageQuery } from '@tenantry/kernel';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsNumber, IsString, Matches, Max, MaxLength, Min } from 'class-validator';

/** How the fleet is to be migrated. */
export class NewMigrationRequest {
  /** Canary waves before the rest: numbers of tenants or percents. */
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(20)
  @Matches(/^([1-9]\d{0,6}|([1-9]\d?|100)%)$/, { each: true })
  @ApiProperty({ type: [String], example: ['1', '10', '5%'] })
  waves?: string[];

  /** Rate of failures, 0 to 1, at which it stops by itself; 0.2 with waves, never without. */
  @MayBeAbsent()
  @IsNumber()
  @Min(0)
  @Max(1)
  haltAt?: number;

  /** Tenants at once. */
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(64)
  concurrency?: number;

  /** Slugs of the only tenants that it is about. */
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(1000)
  @IsString({ each: true })
  @MaxLength(63, { each: true })
  @ApiProperty({ type: [String], example: ['acme'] })
  tenants?: string[];
}

/** Something about a migration that hurts tenants that are there. */
export class MigrationFindingView {
  /** `<module>/<migration>`. */
  migration!: string;

  /** `error`: the release before still uses what it takes away. `warning`: it holds a table against requests. */
  @ApiProperty({ enum: ['warning', 'error'] })
  level!: string;

  /** @example "index-blocks-writes" */
  rule!: string;

  /** A table, or what is in it. */
  subject!: string;

  /** What happens, and what to do instead. */
  message!: string;
}

/** A migration of the fleet that has begun. */
export class StartedMigrationView {
  /** Of the operation: `/admin/operations/{id}`, and its events at `/admin/operations/{id}/events`. */
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, example: 'migrate' })
  kind!: string;

  @ApiProperty({ enum: ['running', 'succeeded', 'failed'] })
  status!: string;

  /** What hurts about the migrations that tenants lack. */
  @Type(() => MigrationFindingView)
  findings?: MigrationFindingView[];
}

/** Tenants whose schemas have the same migrations. */
export class MigrationSetView {
  /** How many migrations they have. */
  migrations!: number;
  tenants!: number;
  /** Whether that is all that this software needs. */
  isCurrent!: boolean;
}

/** How the fleet stands. */
export class FleetStateView {
  tenants!: number;
  current!: number;
  behind!: number;
  /** Of those behind: how many failed when they were last tried. */
  failed!: number;
  /** The hundred sets with the most tenants. */
  @ApiProperty({ type: () => [MigrationSetView] })
  sets!: MigrationSetView[];
  /** What hurts about the migrations that tenants lack. */
  @Type(() => MigrationFindingView)
  findings?: MigrationFindingView[];
}

/** Which tenants are asked for. */
export class BehindQuery extends PageQuery {
  /** `failed`: only those that failed when they were last tried. */
  @MayBeAbsent()
  @IsIn(['behind', 'failed'])
  state?: string;
}

/** Why a tenant could not be migrated. */
export class MigrationFailureView {
  /** `<module>/<migration>`. */
  migration!: string;
  /** What kind of obstacle it was. The log and `tenantry migrate` have Postgres' words. */
  reason!: string;
  /** Five characters (Postgres, appendix A). */
  sqlState?: string;
  attempts!: number;
  @ApiProperty({ format: 'date-time' })
  failedAt!: string;
}

/** A tenant that lacks a migration. */
export class BehindTenantView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  slug!: string;
  /** How many migrations it lacks. */
  missing!: number;
  @Type(() => MigrationFailureView)
  failure?: MigrationFailureView;
}
