import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** The server as a process of its own, as an operator runs it. */
export class ServerProcess {
  output = '';
  private readonly child: ChildProcess;
  private readonly exited: Promise<unknown>;

  /**
   * @param app `api`, or `worker` for one that only works in the background
   * @param largestFile KiB that a file may grow to, as if the disk were full then
   */
  constructor(environment: Record<string, string>, app: 'api' | 'worker' = 'api', largestFile?: number) {
    const main = ['--enable-source-maps', `apps/${app}/dist/main.js`];
    const limit = largestFile === undefined ? '' : `ulimit -f ${largestFile}; `;
    this.child = spawn('bash', ['-c', `${limit}exec "$0" "$@"`, process.execPath, ...main], {
      cwd: root,
      env: { PATH: process.env['PATH'], PORT: '0', HOST: '127.0.0.1', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.exited = once(this.child, 'exit');
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    }
  }

  /** The address, once it listens. @throws with the output when the process ends instead */
  listening(): Promise<string> {
    return this.said(/Listening on (http:\S+)/);
  }

  /** What the pattern's first group matched, once it is printed. @throws with the output when the process ends instead */
  async said(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.output);
      if (match) return match[1] ?? match[0];
      const more = Promise.race([once(this.child.stdout ?? this.child, 'data'), this.exited.then(() => 'exited')]);
      if ((await more) === 'exited') throw new Error(`The server ended:\n${this.output}`);
    }
  }

  /** The first operator's password, as printed. */
  get password(): string | undefined {
    return /Password\s+(\S+)/.exec(this.output)?.[1];
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Sends the signal and waits for the end. @returns exit code, null when killed */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.signal(signal);
    return this.end();
  }

  async end(): Promise<number | null> {
    await this.exited;
    return this.child.exitCode;
  }
}
