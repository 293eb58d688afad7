import { constants } from 'node:fs';
import { open, readlink, symlink } from 'node:fs/promises';
import type { Account } from '../account/account.js';

const LIMIT_BYTES = 10 * 1024 * 1024;
const TAIL_BYTES = 4096;

/** Makes Postgres' log ready for its account: made when absent, emptied when over 10 MB. Returns its size. */
export async function openLog(path: string, account: Account | undefined): Promise<number> {
  // Not through a link: root must not give away another file.
  const noFollow = constants.O_NOFOLLOW ?? 0;
  const file = await open(path, constants.O_RDWR | constants.O_CREAT | noFollow, 0o600);
  try {
    if (account) await file.chown(account.uid, account.gid);
    const { size } = await file.stat();
    if (size <= LIMIT_BYTES) return size;
    await file.truncate(0);
    return 0;
  } finally {
    await file.close();
  }
}

/** What was logged after `from`, at most the last 4 KB. */
export async function logTail(path: string, from: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const start = Math.max(from, size - TAIL_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, size - start)), 0, size - start, start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** For a data folder that is a link: the log is beside the real one, and this one leads to it. */
export async function linkLog(path: string, real: string): Promise<void> {
  if (path === real || (await readlink(path).catch(() => '')) === real) return;
  await symlink(real, path).catch(() => undefined); // a convenience only
}
