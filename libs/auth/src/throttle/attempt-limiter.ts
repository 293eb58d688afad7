import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { DataSource } from 'typeorm';

export interface AttemptLimit {
  /** Unique among all limits. */
  readonly name: string;
  readonly points: number;
  /** Seconds. */
  readonly duration: number;
  /** Whether it clears the table that all limits share. */
  readonly isClearing?: boolean;
}

/**
 * A limit counted in the database, for all processes together; in memory while the database does not answer.
 *
 * @param dataSource the control plane's
 */
export function attemptLimiter(
  dataSource: DataSource,
  { name, points, duration, isClearing = false }: AttemptLimit,
): RateLimiterPostgres {
  const limit = { keyPrefix: name, points, duration };
  return new RateLimiterPostgres({
    ...limit,
    storeClient: dataSource,
    storeType: 'typeorm',
    schemaName: 'platform',
    tableName: 'login_attempt',
    tableCreated: true,
    clearExpiredByTimeout: isClearing,
    insuranceLimiter: new RateLimiterMemory(limit),
  });
}

/** Counts one more; the seconds to wait where that is too many, else undefined. */
export async function secondsOver(limiter: RateLimiterPostgres, key: string): Promise<number | undefined> {
  try {
    await limiter.consume(key);
    return undefined;
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
  }
}
