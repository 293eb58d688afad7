import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from '../account/account.js';
import { runProgram } from '../account/run-program.js';
import type { Binaries } from '../binaries/binaries.js';
import { EmbeddedPostgresError } from '../embedded-postgres.error.js';
import { logTail, openLog } from './log-file.js';
import { choosePort } from './port.js';
import { PORT_TAKEN, STILL_IN_USE, withRemedy } from './remedies.js';
import { runningServer } from './running-server.js';
import { serverOptions } from './server-options.js';

const START_SECONDS = 300; // a journal to replay after a crash takes its time
const RETRY_MS = 20_000;
const RETRY_PAUSE_MS = 200;

export interface ServerRequest {
  readonly data: string;
  readonly log: string;
  readonly port: number | undefined;
  readonly settings: Readonly<Record<string, string | number>>;
  readonly binaries: Binaries;
  readonly account: Account | undefined;
}

export interface Server {
  readonly port: number;
  readonly adopted: boolean;
}

/** Adopts the server that runs on the data, or starts one. Only under the lock. */
export async function startServer(request: ServerRequest): Promise<Server> {
  const began = Date.now();
  for (;;) {
    const running = await runningServer(request.data, began + START_SECONDS * 1000);
    if (running !== undefined) return { port: running.port, adopted: true };
    const port = request.port ?? (await choosePort(request.data));
    const failure = await launch(request, port);
    if (failure === undefined) return { port, adopted: false };
    // Another program may have taken the port that was free a moment ago.
    const passing = STILL_IN_USE.test(failure) || (PORT_TAKEN.test(failure) && request.port === undefined);
    if (!passing || Date.now() > began + RETRY_MS) {
      throw new EmbeddedPostgresError(
        withRemedy(`Postgres did not start on port ${port} (log: ${request.log})`, failure),
      );
    }
    await delay(RETRY_PAUSE_MS);
  }
}

/** @returns what Postgres and pg_ctl said when it did not start. */
async function launch(
  { data, log, settings, binaries, account }: ServerRequest,
  port: number,
): Promise<string | undefined> {
  const before = await openLog(log, account);
  const { code, output } = await runProgram(
    binaries.pgCtl,
    ['start', '-w', '-s', '-t', String(START_SECONDS), '-D', data, '-l', log, '-o', serverOptions(port, settings)],
    account,
  );
  return code === 0 ? undefined : `${await logTail(log, before)}\n${output}`;
}
