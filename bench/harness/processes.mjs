import { readdir, readFile } from 'node:fs/promises';

// What Linux says of processes under /proc. Elsewhere, or where it may not be read, everything here gives undefined.

const MICROSECONDS_PER_TICK = 10_000;

/** Parent and CPU times of a process (proc_pid_stat(5)); the name before the last parenthesis may hold anything. */
async function stat(pid) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [user, system, childrenUser, childrenSystem] = fields
    .slice(11, 15)
    .map((ticks) => ticks * MICROSECONDS_PER_TICK);
  return { pid, parent: Number(fields[1]), own: user + system, ended: childrenUser + childrenSystem };
}

/** CPU time of a process with one thread, to the nanosecond where the kernel keeps it so. */
async function ownCpu({ pid, own }) {
  const text = await readFile(`/proc/${pid}/schedstat`, 'utf8').catch(() => undefined);
  return text === undefined ? own : Number(text.split(' ')[0]) / 1000;
}

export async function parentOf(pid) {
  return (await stat(pid))?.parent;
}

/** CPU time in microseconds that a process and its children used, those that have ended included. */
export async function cpuOfFamily(parent) {
  const root = await stat(parent);
  if (!root) return undefined;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(pids.map(stat));
  const family = [root, ...all.filter((each) => each?.parent === parent)];
  const times = await Promise.all(family.map(ownCpu));
  // A child that ended meanwhile is in neither sum or in both.
  if ((await stat(parent))?.ended !== root.ended) return cpuOfFamily(parent);
  return times.reduce((sum, time) => sum + time, root.ended);
}

/** Memory in bytes that belongs to this process alone (proc_pid_smaps(5)). */
export async function privateMemory(pid) {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  return [...text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm)].reduce(
    (sum, [, kB]) => sum + Number(kB) * 1024,
    0,
  );
}

/** Most memory in bytes that a process ever had (VmHWM of proc_pid_status(5)): asking costs the process nothing. */
export async function peakMemory(pid) {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const [, kB] = /^VmHWM:\s+(\d+) kB$/m.exec(text) ?? [];
  return kB === undefined ? undefined : Number(kB) * 1024;
}
