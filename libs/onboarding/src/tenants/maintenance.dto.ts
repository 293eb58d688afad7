import { MayBeAbsent } from '@tenantry/kernel';
import { IsInt, IsString, Length, Max, Min } from 'class-validator';

/** What the tenant's requests are told meanwhile. */
export class MaintenanceRequest {
  /** Seconds after which to try again. */
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(86_400)
  retryAfter: number = 300;

  /** Said instead of the usual sentence. @example "We are moving to a larger server." */
  @MayBeAbsent()
  @IsString()
  @Length(1, 500)
  message?: string;
}
