import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';

/** One connection of this installation's, as Postgres tells of it. */
export interface Backend {
  readonly pid: number;
  /** What the connection is for, such as `tenantry owner`. */
  readonly application: string;
}

/** Memory in bytes that is the process's own (proc_pid_smaps(5)); undefined where it cannot be read. */
export async function privateMemory(pid: number): Promise<number | undefined> {
  try {
    // A database in another container numbers its processes in its own way.
    if ((await readFile(`/proc/${pid}/comm`, 'utf8')).trim() !== 'postgres') return undefined;
    const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
    const parts = [...text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm)];
    return parts.reduce((sum, [, kilobytes]) => sum + Number(kilobytes) * 1024, 0);
  } catch {
    return undefined;
  }
}

/** Whether the database runs on this machine. */
export function isLocal(databaseUrl: string): boolean {
  const { hostname } = new URL(databaseUrl);
  return (
    hostname === '' ||
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    (isIP(hostname) === 4 && hostname.startsWith('127.'))
  );
}
