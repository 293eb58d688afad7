import { Logger } from '@nestjs/common';
import type { FleetMigrationResult, FleetOptions, FleetPlan, LintFinding } from '@tenantry/tenancy';
import { StructuredLogger } from '../logging/structured-logger.js';
import type { PlatformOptions } from './create-platform.js';
import { environmentSettings } from './environment.js';
import { prepare, type Preparation } from './prepare.js';

export type MigrationReport = FleetMigrationResult;

/**
 * Prepares the database and migrates the tenants, without serving. Tenants that fail are passed over and reported; run
 * again, it does what is left.
 *
 * @throws what `createPlatform` throws
 * @since 0.1.0
 */
export function migrate(options: PlatformOptions = {}, fleet: FleetOptions = {}): Promise<MigrationReport> {
  return withPrepared(options, ({ prepared }) => prepared.migrations.migrateAll(fleet));
}

/**
 * What `migrate` would do to the tenants, and to how many. Prepares the control schema and records new migrations in the
 * reference schema; no tenant is touched.
 *
 * @throws what `createPlatform` throws
 * @since 0.1.0
 */
export function planMigration(options: PlatformOptions = {}, slugs?: readonly string[]): Promise<FleetPlan[]> {
  return withPrepared(options, ({ prepared }) => prepared.migrations.plan(slugs));
}

/**
 * What is wrong with the modules' tenant migrations for tenants that are there: tables locked, things dropped that the
 * release before uses. No tenant is touched.
 *
 * @throws what `createPlatform` throws
 * @since 0.1.0
 */
export function lintMigrations(options: PlatformOptions = {}): Promise<LintFinding[]> {
  return withPrepared(options, ({ prepared }) => prepared.migrations.lint());
}

/** Does the work on a prepared database, without serving, and lets go of it. */
export async function withPrepared<T>(
  options: PlatformOptions,
  work: (preparation: Preparation) => Promise<T>,
): Promise<T> {
  const settings = options.settings ?? environmentSettings();
  Logger.overrideLogger(options.logger ?? new StructuredLogger(settings.get('TENANTRY_LOG_LEVEL')));
  const preparation = await prepare(settings, options.modules ?? []);
  try {
    return await work(preparation);
  } finally {
    await preparation.prepared.owner.onApplicationShutdown();
    await preparation.database.close();
  }
}
