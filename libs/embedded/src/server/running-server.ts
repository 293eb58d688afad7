import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError } from '../embedded-postgres.error.js';
import { isPostmaster, type PidFile, readPidFile } from './postmaster.js';

const POLL_MS = 50;
const EMPTY_FILE_AGE_MS = 3_000;
/** No process ever has it; Postgres takes the file for a dead server's and still checks the shared memory it names. */
const NO_PROCESS = 2_147_483_647;

/** The server of a data folder once it takes connections, or `undefined` when there is none. */
export async function runningServer(data: string, deadline: number): Promise<PidFile | undefined> {
  for (;;) {
    const file = await readPidFile(data);
    if (file === undefined) return undefined;
    const alive = await isPostmaster(file.pid, data);
    if (alive && file.status === 'ready') return file;
    if (!alive && (await releasePidFile(data, file))) return undefined;
    if (Date.now() > deadline) {
      throw new EmbeddedPostgresError(
        `Postgres (process ${file.pid}) has been ${file.status || 'starting'} for minutes; it may be replaying its journal after a crash. ` +
          `See ${data}.log and start again when it is done.`,
      );
    }
    await delay(POLL_MS);
  }
}

/**
 * Makes a dead server's pid file harmless: its number may have passed to another process (in a container
 * it does at every restart), for which Postgres would refuse to start. Deleting the file would also
 * disable Postgres' own check that no backend of the dead server is left.
 *
 * @returns whether a start may be tried now.
 */
async function releasePidFile(data: string, file: PidFile): Promise<boolean> {
  const path = join(data, 'postmaster.pid');
  if (file.pid > 0) {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text !== undefined) await writeFile(path, text.replace(/^\d+/, String(NO_PROCESS)), { flag: 'r+' });
    return true;
  }
  // Empty after a power cut, or a server is just writing it.
  const written = await stat(path).catch(() => undefined);
  if (written !== undefined && Date.now() - written.mtimeMs < EMPTY_FILE_AGE_MS) return false;
  await rm(path, { force: true });
  return true;
}
