import { IsISO8601 } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { MayBeAbsent } from '@tenantry/kernel';

/** The span of time that is asked for. */
export class UsageQuery {
  /** Inclusive; defaults to the beginning of the current month (UTC). */
  @MayBeAbsent()
  @IsISO8601({ strict: true })
  from?: string;

  /** Exclusive; defaults to now. */
  @MayBeAbsent()
  @IsISO8601({ strict: true })
  to?: string;
}

/** One hour's count. */
export class UsageHourView {
  /** When the hour began (UTC). */
  hour!: Date;

  @ApiProperty({ type: 'integer' })
  requests!: number;
}

/** The hours in which there were requests. */
export class UsageHours {
  item!: UsageHourView[];
}

/** API requests of the tenant. */
export class UsageView {
  from!: Date;
  to!: Date;

  /** Sum over the hours. */
  @ApiProperty({ type: 'integer' })
  requests!: number;

  _embedded!: UsageHours;
  _links!: { self: { href: string } };
}
