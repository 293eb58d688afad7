import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestDatabase } from './test-database.js';

const root = join(import.meta.dirname, '../..');
const command = join(root, 'apps/cli/bin/tenantry.mjs');

/** The `tenantry` command as a process of its own, over a test's database. Needs `buildServer()` first. */
export class CommandProcess {
  output = '';
  errors = '';
  readonly child: ChildProcess;
  private readonly closed: Promise<unknown>;

  constructor(database: TestDatabase, args: readonly string[], environment: Record<string, string> = {}) {
    const { settings } = database;
    this.child = spawn(process.execPath, [command, ...args], {
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
