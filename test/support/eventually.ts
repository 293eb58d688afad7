/** In milliseconds: for what never comes. How slow a machine is must not matter. */
const DEADLINE = 120_000;

/**
 * Asks again until the answer is yes: for what another process hears of a moment later.
 *
 * @throws after two minutes
 */
export async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + DEADLINE;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`Not within ${DEADLINE} ms: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
