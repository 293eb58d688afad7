const LONGEST = 3600;
const LONGEST_REASON = 1000;

/** Seconds to wait after a failed attempt: 2, 4, 8 and so on, at most an hour. */
export function pauseAfter(attempt: number): number {
  return Math.min(2 ** attempt, LONGEST);
}

/** What operators read of a failure: its message, cut; never a stack. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll('\u0000', '').slice(0, LONGEST_REASON);
}
