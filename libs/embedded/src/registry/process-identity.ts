import { readFile } from 'node:fs/promises';

/**
 * A process's name that no other process ever bears: `<pid>-<start>-<boot>`. Process ids are given out
 * again, within a boot (hence the start) and after one (hence the boot).
 */
export async function ownIdentity(): Promise<string> {
  return `${process.pid}-${(await startOf(process.pid)) ?? '0'}-${await bootId()}`;
}

/** Whether the process that bore the name still lives. In doubt it does. */
export async function isAlive(identity: string): Promise<boolean> {
  const [pid = '', start = '', boot = ''] = identity.split('-');
  if (boot !== (await bootId())) return false;
  if (!processExists(Number(pid))) return false;
  const now = await startOf(Number(pid));
  return now === undefined || now === start;
}

/** Whether there is such a process, whoever owns it. A zombie is none. */
export function processExists(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The start in clock ticks after boot, `dead` for a zombie, or `undefined` where there is no /proc. */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The name of the program, in parentheses, may hold spaces and parentheses itself.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields === undefined) return undefined;
  return fields[0] === 'Z' || fields[0] === 'X' ? 'dead' : fields[19];
}

async function bootId(): Promise<string> {
  const id = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '0');
  return id.trim().replaceAll('-', '').slice(0, 12);
}
