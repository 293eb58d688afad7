import type { Type } from '@nestjs/common';
import { prepareWorkerSchema } from '@tenantry/jobs';
import type { InstallationSecret, Settings } from '@tenantry/kernel';
import { prepareDatabase, type PreparedDatabase } from '@tenantry/tenancy';
import { checkTablesExist } from '../composition/check-tables.js';
import { composeModules, type Composition } from '../composition/compose-modules.js';
import { loadModules } from '../composition/load-modules.js';
import { resolveDatabase, type Database } from './resolve-database.js';
import { resolveSecret } from './resolve-secret.js';

/** Everything that is done before Nest starts. */
export interface Preparation {
  readonly composition: Composition;
  readonly secret: InstallationSecret;
  readonly database: Database;
  readonly prepared: PreparedDatabase;
}

/**
 * Loads and checks the modules, opens the database and brings it to what they need.
 *
 * @throws ModuleFault, MigrationFault, RolesNotPrepared, IsolationWeakened
 */
export async function prepare(settings: Settings, modules: readonly (Type | string)[]): Promise<Preparation> {
  const composition = await compose(settings, modules);
  const secret = await resolveSecret(settings);
  const database = await resolveDatabase(settings);
  try {
    const { metadata } = composition;
    const prepared = await prepareDatabase({
      settings,
      secret,
      databaseUrl: database.url,
      modules: metadata,
      besides: prepareWorkerSchema,
    });
    try {
      await checkTablesExist(prepared.owner, metadata);
    } catch (error) {
      await prepared.owner.onApplicationShutdown();
      throw error;
    }
    return { composition, secret, database, prepared };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The core modules, the given ones and those of `TENANTRY_MODULES`, checked. */
export async function compose(settings: Settings, modules: readonly (Type | string)[]): Promise<Composition> {
  const specifiers = modules.filter((module) => typeof module === 'string');
  const classes = modules.filter((module) => typeof module !== 'string');
  const loaded = await loadModules([...specifiers, ...settings.get('TENANTRY_MODULES')], process.cwd());
  return composeModules([...new Set([...classes, ...loaded])]);
}
