import { Logger } from '@nestjs/common';
import { StructuredLogger } from '../logging/structured-logger.js';
import type { PlatformOptions } from './create-platform.js';
import { environmentSettings } from './environment.js';
import { prepare } from './prepare.js';

export interface MigrationReport {
  /** Tenants that were brought to the newest shape. */
  readonly migrated: number;
  readonly failures: readonly { readonly slug: string; readonly reason: string }[];
}

/**
 * Prepares the database and migrates every tenant, without serving.
 *
 * @throws what `createPlatform` throws
 * @since 0.1.0
 */
export async function migrate(options: PlatformOptions = {}): Promise<MigrationReport> {
  const settings = options.settings ?? environmentSettings();
  Logger.overrideLogger(options.logger ?? new StructuredLogger(settings.get('TENANTRY_LOG_LEVEL')));
  const { database, prepared } = await prepare(settings, options.modules ?? []);
  await prepared.owner.onApplicationShutdown();
  await database.close();
  return prepared.fleet;
}
