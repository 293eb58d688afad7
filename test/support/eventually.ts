/**
 * In milliseconds. A slow machine must have enough of it, and what is meant to come at once must not be found because a
 * regular round (each half a minute) or the end of what a cache keeps (a minute) brought it at last.
 */
const DEADLINE = 15_000;

/** For processes that start, and for much work. */
export const LONG = 120_000;

/**
 * Asks again until the answer is yes: for what another process hears of a moment later.
 *
 * @throws after the deadline, in milliseconds
 */
export async function eventually(what: string, isSo: () => Promise<boolean>, deadline = DEADLINE): Promise<void> {
  const end = Date.now() + deadline;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`Not within ${deadline} ms: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
