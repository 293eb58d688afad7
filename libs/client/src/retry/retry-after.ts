/**
 * Seconds that the server asks to wait: `Retry-After` as a number or as a date (RFC 9110, 10.2.3). A date is compared
 * with the answer's own `Date` where there is one, so that a clock of ours that is wrong does no harm.
 *
 * @param now in milliseconds since 1970
 */
export function secondsUntilRetry(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(value)) return Number(value);
  const until = Date.parse(value);
  // `Date.parse` reads much that is no HTTP date, "-5" among it.
  if (!value.endsWith(' GMT') || Number.isNaN(until)) return undefined;
  const there = Date.parse(headers.get('date') ?? '');
  return Math.max(0, Math.ceil((until - (Number.isNaN(there) ? now : there)) / 1000));
}
