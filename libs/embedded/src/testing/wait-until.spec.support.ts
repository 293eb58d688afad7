import { setTimeout as delay } from 'node:timers/promises';

/** Asks again and again until the answer is yes; fails when it stays no. */
export async function waitUntil(what: string, question: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 120_000; // for what never comes
  while (!(await question())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}.`);
    await delay(20);
  }
}
