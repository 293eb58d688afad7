import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '@tenantry/kernel';
import { openDatabase } from '@tenantry/tenancy';
import type { PlatformOptions } from '../start/create-platform.js';
import { compose, type Preparation } from '../start/prepare.js';
import { resolveDatabase } from '../start/resolve-database.js';
import { knownSecret } from '../start/resolve-secret.js';

/** Thrown where a command looks after an installation that is not there. */
export class InstallationMissing extends Error {
  constructor(reason: string) {
    super(`There is no installation here: ${reason} Start a server first, or set DATABASE_URL and TENANTRY_SECRET.`);
    this.name = 'InstallationMissing';
  }
}

/**
 * Opens an installation as it is: nothing is made, migrated or taken up. An embedded Postgres that is down is started
 * for as long as the command runs.
 *
 * @throws InstallationMissing, DatabaseNotPrepared, SecretMismatch, ModuleFault
 */
export async function openInstallation(settings: Settings, options: PlatformOptions): Promise<Preparation> {
  const composition = await compose(settings, options.modules ?? []);
  requireDataFolder(settings);
  const secret = await knownSecret(settings);
  if (!secret) throw new InstallationMissing('no TENANTRY_SECRET is set, and the data folder has none.');
  const database = await resolveDatabase(settings);
  try {
    const { metadata } = composition;
    const prepared = await openDatabase({ settings, secret, databaseUrl: database.url, modules: metadata });
    return { composition, secret, database, prepared };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Without it the embedded Postgres would make a new, empty cluster. @throws InstallationMissing */
export function requireDataFolder(settings: Settings): void {
  if (settings.get('DATABASE_URL')) return;
  const folder = settings.get('TENANTRY_DATA_DIR');
  if (!existsSync(join(folder, 'postgres'))) throw new InstallationMissing(`${folder} holds no data.`);
}
