import { randomBytes } from 'node:crypto';
import { readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EmbeddedPostgresError } from '../embedded-postgres.error.js';
import { syncFolder, writeDurably } from './durable-file.js';

/** The superuser's password of a finished cluster. */
export async function readPassword(file: string, dataDir: string): Promise<string> {
  const password = await existingPassword(file);
  if (password !== undefined) return password;
  throw new EmbeddedPostgresError(
    `There is a Postgres cluster in ${dataDir}, but the file with its password, ${file}, is gone. ` +
      `Put that file back; or, to begin with an empty database, move ${dataDir} away.`,
  );
}

/** For a cluster about to be made: the password that an earlier attempt left, else a new one, safely on disk. */
export async function preparePassword(file: string): Promise<string> {
  const existing = await existingPassword(file);
  if (existing !== undefined) return existing;
  const password = randomBytes(32).toString('base64url');
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await writeDurably(draft, `${password}\n`);
  await rename(draft, file);
  await syncFolder(dirname(file));
  return password;
}

async function existingPassword(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  return text.trim() || undefined;
}
