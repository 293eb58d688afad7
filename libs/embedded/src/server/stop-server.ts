import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from '../account/account.js';
import { runProgram } from '../account/run-program.js';
import type { Binaries } from '../binaries/binaries.js';
import { EmbeddedPostgresError } from '../embedded-postgres.error.js';
import { isPostmaster, readPidFile } from './postmaster.js';
import { withRemedy } from './remedies.js';

const STOP_SECONDS = 120;
const POLL_MS = 20;

/** Rolls back what is under way, writes everything to disk and waits for the end. Only under the lock. */
export async function stopServer(data: string, binaries: Binaries, account: Account | undefined): Promise<void> {
  // pg_ctl signals whatever process has the number in the pid file.
  if ((await livePid(data)) === undefined) return;
  const { code, output } = await runProgram(
    binaries.pgCtl,
    ['stop', '-w', '-s', '-m', 'fast', '-t', String(STOP_SECONDS), '-D', data],
    account,
  );
  if (code !== 0 && (await livePid(data)) !== undefined) {
    throw new EmbeddedPostgresError(
      withRemedy(`Postgres in ${data} did not stop within ${STOP_SECONDS} seconds`, output),
    );
  }
}

export async function killServer(data: string): Promise<void> {
  const pid = await livePid(data);
  if (pid === undefined) return;
  process.kill(pid, 'SIGKILL');
  while (await isPostmaster(pid, data)) await delay(POLL_MS);
}

async function livePid(data: string): Promise<number | undefined> {
  const file = await readPidFile(data);
  return file !== undefined && (await isPostmaster(file.pid, data)) ? file.pid : undefined;
}
