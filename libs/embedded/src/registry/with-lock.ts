import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError } from '../embedded-postgres.error.js';
import { addEntry, liveEntries, pidOfEntry, removeEntry } from './registry.js';

const PATIENCE_MS = 330_000; // a bit more than the slowest start

/** Does the work while no other process (and no other call in this one) does its own. */
export async function withLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const claim = await acquire(folder);
  try {
    return await work();
  } finally {
    await removeEntry(folder, claim);
  }
}

/**
 * Claim first, look afterwards, withdraw when somebody else has claimed: of two claimants at least one
 * sees the other. There is no lock file to take over from a dead process, so no race in doing so.
 */
async function acquire(folder: string): Promise<string> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    let others = await liveEntries(folder, 'lock');
    if (others.length === 0) {
      const claim = await addEntry(folder, 'lock');
      others = (await liveEntries(folder, 'lock')).filter((name) => name !== claim);
      if (others.length === 0) return claim;
      await removeEntry(folder, claim);
    }
    if (Date.now() > deadline) throw new EmbeddedPostgresError(busyMessage(folder, others[0] ?? ''));
    await delay(randomInt(20, 100));
  }
}

function busyMessage(folder: string, entry: string): string {
  const minutes = Math.round(PATIENCE_MS / 60_000);
  return (
    `Process ${pidOfEntry(entry)} has been starting or stopping Postgres for ${minutes} minutes (${folder}/${entry}). ` +
    'See what it waits for; when it hangs, end it and start again.'
  );
}
