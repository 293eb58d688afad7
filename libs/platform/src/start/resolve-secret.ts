import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { InstallationSecret, newId, type Settings } from '@tenantry/kernel';

/**
 * The installation's secret: from `TENANTRY_SECRET`, else from the data folder, where it is made once (mode 0600).
 */
export async function resolveSecret(settings: Settings): Promise<InstallationSecret> {
  const given = settings.get('TENANTRY_SECRET');
  if (given) return new InstallationSecret(given);
  const folder = settings.get('TENANTRY_DATA_DIR');
  const path = join(folder, 'secret');
  if (settings.get('DATABASE_URL')) {
    new Logger('Secret').warn(
      `TENANTRY_SECRET is not set; the one in ${path} is used. Another process or machine with another secret locks this one out: set it.`,
    );
  }
  await mkdir(folder, { recursive: true });
  return new InstallationSecret((await read(path)) ?? (await make(path)));
}

/** The installation's secret where there is one already; undefined instead of making it. */
export async function knownSecret(settings: Settings): Promise<InstallationSecret | undefined> {
  const secret = settings.get('TENANTRY_SECRET') ?? (await read(join(settings.get('TENANTRY_DATA_DIR'), 'secret')));
  return secret === undefined ? undefined : new InstallationSecret(secret);
}

/** Written whole under another name and then linked, so that neither a crash nor a second process leaves half of one. */
async function make(path: string): Promise<string> {
  const secret = randomBytes(32).toString('base64url');
  const draft = `${path}.${newId()}`;
  await writeFile(draft, `${secret}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    await link(draft, path);
    return secret;
  } catch (error) {
    const other = await read(path); // another process was first
    if (other) return other;
    throw error;
  } finally {
    await unlink(draft);
  }
}

async function read(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim() || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
