import { chmod, mkdir } from 'node:fs/promises';

/** Makes a folder that every user may enter; one that exists is left as it is. */
export async function makePublicFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true });
  // The umask may have closed it. `made` is the first folder that was missing.
  if (made !== undefined) await chmod(folder, 0o755);
}
