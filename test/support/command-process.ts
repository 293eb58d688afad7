import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TestDatabase } from './test-database.js';

const root = join(import.meta.dirname, '../..');
const command = join(root, 'apps/cli/bin/tenantry.mjs');

const SCRIPT = '/usr/bin/script';

/** Says loudly when the leg is left out. */
export function hasTerminals(): boolean {
  if (existsSync(SCRIPT)) return true;
  process.stderr.write(
    '\n*** script(1) is not installed: what commands show on a terminal IS NOT TESTED (bsdutils). ***\n\n',
  );
  return false;
}

/** The `tenantry` command as a process of its own, over a test's database. Needs `buildServer()` first. */
export class CommandProcess {
  output = '';
  errors = '';
  readonly child: ChildProcess;
  private readonly closed: Promise<unknown>;

  /** @param terminal gives it a terminal of its own, on which it writes output and errors alike */
  constructor(
    database: TestDatabase,
    args: readonly string[],
    environment: Record<string, string> = {},
    terminal = false,
  ) {
    const { settings } = database;
    const words = [process.execPath, command, ...args];
    const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
    const [program = '', ...rest] = terminal ? [SCRIPT, '-qefc', quoted, '/dev/null'] : words;
    this.child = spawn(program, rest, {
      cwd: root,
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: database.url,
        TENANTRY_INSTALLATION: settings.get('TENANTRY_INSTALLATION'),
        TENANTRY_SECRET: settings.get('TENANTRY_SECRET') ?? '',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.closed = once(this.child, 'close');
    this.child.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
  }

  /** @returns exit code, null when killed */
  async end(): Promise<number | null> {
    await this.closed;
    return this.child.exitCode;
  }
}
