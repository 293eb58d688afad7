import { execFile } from 'node:child_process';
import { readFile, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { processExists } from '../registry/process-identity.js';

/** What `postmaster.pid` says. */
export interface PidFile {
  readonly pid: number;
  readonly port: number;
  /** `starting`, `ready`, `standby` or `stopping`; empty in the first moment. */
  readonly status: string;
}

/** The pid file of a data folder, `undefined` when there is none. */
export async function readPidFile(data: string): Promise<PidFile | undefined> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  return { pid: Number(lines[0] ?? 0), port: Number(lines[3] ?? 0), status: lines[7]?.trim() ?? '' };
}

/** Whether the process is the Postgres of this data folder, and not a later bearer of its number. In doubt it is. */
export async function isPostmaster(pid: number, data: string): Promise<boolean> {
  if (!processExists(pid)) return false;
  const command = await commandOf(pid);
  if (command === undefined) return true;
  const [program = ''] = command;
  if (!/^(postgres|postmaster)(\.exe)?$/.test(basename(program))) return false;
  const folder = command[command.indexOf('-D') + 1];
  if (!command.includes('-D') || folder === undefined) return true;
  const real = await realpath(folder).catch(() => undefined);
  return real === undefined || real === (await realpath(data));
}

/** The command line; of a zombie it is empty. `undefined` where it cannot be known. */
async function commandOf(pid: number): Promise<string[] | undefined> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (line !== undefined) return line.split('\0');
  if (process.platform === 'win32') return undefined;
  const ps = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => undefined);
  return ps?.stdout.trim().split(/\s+/);
}
