/**
 * How often and how patiently a request is repeated.
 *
 * @since 0.1.0
 */
export interface RetryPolicy {
  /** Further attempts after the first; 0 for none. Default 3. */
  readonly attempts: number;
  /** Milliseconds: the first pause is random and at most this long, each further one at most twice as long. Default 250. */
  readonly firstPause: number;
  /** Milliseconds that no pause of our own exceeds. Default 8,000. */
  readonly longestPause: number;
  /** Milliseconds: a server that asks for a longer wait by `Retry-After` is not waited for. Default 30,000. */
  readonly longestWait: number;
}

export const DEFAULT_RETRIES: RetryPolicy = { attempts: 3, firstPause: 250, longestPause: 8_000, longestWait: 30_000 };
