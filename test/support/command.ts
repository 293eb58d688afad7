import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Type } from '@nestjs/common';
import { Terminal } from '../../apps/cli/src/console/terminal.js';
import { runCommand } from '../../apps/cli/src/program.js';
import type { TestDatabase } from './test-database.js';

const root = join(import.meta.dirname, '../..');

/** How a command ended. */
export interface CommandEnd {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `tenantry` as a process of its own, without a terminal. */
export async function tenantry(
  args: readonly string[],
  environment: Record<string, string>,
  input = '',
): Promise<CommandEnd> {
  const child = spawn(process.execPath, [join(root, 'apps/cli/bin/tenantry.mjs'), ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined); // a command that does not read it may end first
  child.stdin.end(input);
  const exited = once(child, 'exit') as Promise<[number]>;
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { code, out, err };
}

/** Runs `tenantry` inside this process, which takes a tenth of the time. */
export async function commandOver(
  { settings }: TestDatabase,
  modules: readonly Type[],
  args: readonly string[],
  input = '',
): Promise<CommandEnd> {
  const [out, err]: [string[], string[]] = [[], []];
  const terminal = new Terminal({ write: (line) => out.push(line) }, { write: (line) => err.push(line) });
  await runCommand(args, {
    terminal,
    input: Readable.from([input]),
    logLevel: 'warn',
    settings,
    modules: () => Promise.resolve(modules),
  });
  return { code: terminal.exitCode, out: out.join(''), err: err.join('') };
}

/** The environment of a process that uses this database. */
export function environmentOf(database: TestDatabase): Record<string, string> {
  const { settings } = database;
  return {
    DATABASE_URL: database.url,
    TENANTRY_INSTALLATION: settings.get('TENANTRY_INSTALLATION'),
    TENANTRY_SECRET: settings.get('TENANTRY_SECRET') ?? '',
  };
}
