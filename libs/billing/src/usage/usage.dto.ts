import { IsISO8601 } from 'class-validator';
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
  requests!: number;
}

/** API requests of the tenant. */
export class UsageView {
  from!: Date;
  to!: Date;
  /** Sum over the hours. */
  requests!: number;
  _embedded!: { item: UsageHourView[] };
  _links!: { self: { href: string } };
}
