import { spawn } from 'node:child_process';
import type { Account } from './account.js';

/** How a program ended; `code` is `null` when it could not be started or was killed. */
export interface Outcome {
  readonly code: number | null;
  /** Both streams, in the order in which they came. */
  readonly output: string;
}

interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/**
 * What a terminal or a supervisor sends to a whole process group. A new process is of ours for an instant, until it has
 * its own session: what comes in that instant is meant for us, and it has done nothing yet.
 */
const TO_THE_GROUP: ReadonlySet<NodeJS.Signals | null> = new Set(['SIGINT', 'SIGTERM', 'SIGHUP'] as const);
const ATTEMPTS = 5;

/**
 * Runs a program to its end, as `account` when given, in an environment of our own making. One that was ended before it
 * could say anything, by a signal to the group that this process is of, is run again.
 */
export async function runProgram(
  file: string,
  args: readonly string[],
  account: Account | undefined,
): Promise<Outcome> {
  for (let attempt = 1; ; attempt += 1) {
    const { code, signal, output } = await runOnce(file, args, account);
    if (signal === null) return { code, output };
    const isOurs = TO_THE_GROUP.has(signal) && output === '';
    if (!isOurs || attempt === ATTEMPTS) return { code, output: `${output}\n(ended by ${signal})` };
  }
}

function runOnce(file: string, args: readonly string[], account: Account | undefined): Promise<Ending> {
  const { promise, settle } = ending();
  const child = spawn(file, args, {
    cwd: process.platform === 'win32' ? undefined : '/',
    env: environment(),
    // A session of its own: Ctrl-C in the terminal must not interrupt initdb or a waiting pg_ctl.
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(account && { uid: account.uid, gid: account.gid }),
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('error', (error) => settle({ code: null, signal: null, output: error.message }));
  // On Windows the server inherits the pipes, so that they close only with it.
  child.on(process.platform === 'win32' ? 'exit' : 'close', (code: number | null, signal: NodeJS.Signals | null) =>
    settle({ code, signal, output: Buffer.concat(chunks).toString('utf8') }),
  );
  return promise;
}

function ending(): { promise: Promise<Ending>; settle: (ending: Ending) => void } {
  let settle: (ending: Ending) => void = () => undefined;
  const promise = new Promise<Ending>((resolve) => (settle = resolve));
  return { promise, settle };
}

/** No PGDATA, PGPORT, LD_PRELOAD and the like of the operator's shell may reach Postgres. */
function environment(): NodeJS.ProcessEnv {
  const neutral = { LANG: 'C', LC_ALL: 'C' };
  if (process.platform !== 'win32') {
    return { ...neutral, HOME: '/', PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
  }
  const { PATH, SystemRoot, TEMP } = process.env;
  return { ...neutral, PATH, SystemRoot, TEMP };
}
