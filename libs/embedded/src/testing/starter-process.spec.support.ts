import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { findPlatformPackage } from '../binaries/platform-package.js';

/** What a starter reports; `error` when the start failed. */
export interface StarterReport {
  readonly pid: number;
  readonly port?: number;
  readonly adopted?: boolean;
  readonly created?: boolean;
  readonly url?: string;
  readonly error?: string;
}

/** A process of its own that starts Postgres, survives Ctrl-C, and stops Postgres when its stdin ends. */
export class StarterProcess {
  /** Settled when Postgres runs or could not be started. */
  readonly report: Promise<StarterReport>;
  /** Settled when it has got SIGINT. */
  readonly interrupted: Promise<string>;

  private constructor(
    readonly child: ChildProcess,
    lines: Interface,
  ) {
    this.report = lineThat(lines, (line) => line.startsWith('{')).then((line) => JSON.parse(line) as StarterReport);
    this.interrupted = lineThat(lines, (line) => line === 'SIGINT');
  }

  /** Runs a script of `writeStarterScript`. */
  static async launch(
    script: string,
    dataDir: string,
    identity: { uid?: number; gid?: number } = {},
  ): Promise<StarterProcess> {
    const { root } = await findPlatformPackage();
    const child = spawn(process.execPath, [script, dataDir, join(root, 'native', 'bin')], {
      cwd: '/',
      detached: true, // a process group of its own, like a job in a terminal
      stdio: ['pipe', 'pipe', 'inherit'],
      ...identity,
    });
    return new StarterProcess(child, createInterface(child.stdout));
  }

  /** Ctrl-C: the signal goes to the whole process group. */
  interrupt(): void {
    process.kill(-Number(this.child.pid), 'SIGINT');
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.stdin?.end();
    await ended;
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}

function lineThat(lines: Interface, fits: (line: string) => boolean): Promise<string> {
  return new Promise((resolve) => lines.on('line', (line) => fits(line) && resolve(line)));
}
