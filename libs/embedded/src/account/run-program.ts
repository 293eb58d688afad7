import { spawn } from 'node:child_process';
import type { Account } from './account.js';

/** How a program ended; `code` is `null` when it could not be started or was killed. */
export interface Outcome {
  readonly code: number | null;
  /** Both streams, in the order in which they came. */
  readonly output: string;
}

/** Runs a program to its end, as `account` when given, in an environment of our own making. */
export function runProgram(file: string, args: readonly string[], account: Account | undefined): Promise<Outcome> {
  const { promise, settle } = outcome();
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
  child.on('error', (error) => settle({ code: null, output: error.message }));
  // On Windows the server inherits the pipes, so that they close only with it.
  child.on(process.platform === 'win32' ? 'exit' : 'close', (code: number | null, signal: string | null) => {
    const output = Buffer.concat(chunks).toString('utf8');
    settle({ code, output: signal === null ? output : `${output}\n(ended by ${signal})` });
  });
  return promise;
}

function outcome(): { promise: Promise<Outcome>; settle: (outcome: Outcome) => void } {
  let settle: (outcome: Outcome) => void = () => undefined;
  const promise = new Promise<Outcome>((resolve) => (settle = resolve));
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
