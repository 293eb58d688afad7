/**
 * Asks again until the answer is yes: for what another process hears of a moment later.
 *
 * @throws after the deadline, in milliseconds
 */
export async function eventually(what: string, isSo: () => Promise<boolean>, deadline = 10_000): Promise<void> {
  const end = Date.now() + deadline;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`Not within ${deadline} ms: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
