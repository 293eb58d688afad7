import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../embedded-postgres.error.js';
import { isAlive, ownIdentity } from './process-identity.js';

/** `user`: a handle on the server. `lock`: a claim to the right to start or stop it. */
export type EntryKind = 'user' | 'lock';

/** Puts down an entry of this process; its name is unique, so that nobody ever removes another's. */
export async function addEntry(folder: string, kind: EntryKind): Promise<string> {
  const name = `${kind}.${await ownIdentity()}.${randomBytes(6).toString('hex')}`;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, name), '', { flag: 'wx', mode: 0o600 });
  return name;
}

export async function removeEntry(folder: string, name: string): Promise<void> {
  await rm(join(folder, name), { force: true });
}

/** The entries whose processes live; the others are removed. */
export async function liveEntries(folder: string, kind: EntryKind): Promise<string[]> {
  const live: string[] = [];
  for (const name of await entryNames(folder)) {
    const [ofKind, identity = ''] = name.split('.');
    if (ofKind !== kind) continue;
    if (await isAlive(identity)) live.push(name);
    else await removeEntry(folder, name);
  }
  return live;
}

/** The process id in an entry's name, for messages. */
export function pidOfEntry(name: string): string {
  return name.split('.')[1]?.split('-')[0] ?? '?';
}

async function entryNames(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
}
