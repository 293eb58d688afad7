import type { RetryPolicy } from './retry-policy.js';

/**
 * Milliseconds before the next attempt: exponential with full jitter, and never sooner than the server asked for.
 *
 * @param failures how many attempts have failed, from 1
 * @param random from 0 to 1
 * @returns undefined when the server asks for more patience than the policy has
 */
export function pauseAfter(
  failures: number,
  asked: number | undefined,
  policy: RetryPolicy,
  random: number,
): number | undefined {
  const jitter = random * Math.min(policy.longestPause, policy.firstPause * 2 ** (failures - 1));
  if (asked === undefined) return jitter;
  if (asked * 1000 > policy.longestWait) return undefined;
  // All who were sent away at once do not come back at once.
  return asked * 1000 + jitter;
}
