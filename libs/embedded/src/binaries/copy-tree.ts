import { copyFile, chmod, lstat, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Copies a folder so that every user may read it; links stay links, programs stay executable. */
export async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to);
  await chmod(to, 0o755); // whatever the umask
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const copy = join(to, entry.name);
    if (entry.isDirectory()) await copyTree(source, copy);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), copy);
    else if (entry.isFile()) await copyReadable(source, copy);
  }
}

async function copyReadable(source: string, copy: string): Promise<void> {
  await copyFile(source, copy);
  const { mode } = await lstat(source);
  await chmod(copy, mode & 0o100 ? 0o755 : 0o644);
}
