import { Logger } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import { callModuleInitHook } from '@nestjs/core/hooks/on-module-init.hook.js';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Settings } from '@tenantry/kernel';
import { fastifyAdapter } from '../http/fastify-options.js';
import { StructuredLogger } from '../logging/structured-logger.js';
import type { PlatformOptions } from '../start/create-platform.js';
import { environmentSettings } from '../start/environment.js';
import type { Preparation } from '../start/prepare.js';
import { RootModule } from '../start/root-module.js';
import { Administration } from './administration.js';
import { openInstallation } from './installation.js';

/** How a command looks at an installation. */
export interface AdministrationOptions extends PlatformOptions {
  /** The work only reads: no module is told to get ready, so that none writes what it needs for serving. */
  readonly isReading?: boolean;
}

/**
 * Runs work on an installation beside its servers: the modules are there, but nothing listens, migrates, sweeps or works
 * in the background (`onApplicationBootstrap` is not called).
 *
 * @throws InstallationMissing, DatabaseNotPrepared, SecretMismatch, InvalidSettings, ModuleFault, what the work throws
 * @since 0.1.0
 */
export async function withAdministration<T>(
  options: AdministrationOptions,
  work: (administration: Administration) => Promise<T>,
): Promise<T> {
  const settings = options.settings ?? environmentSettings();
  const logger = options.logger ?? new StructuredLogger(settings.get('TENANTRY_LOG_LEVEL'));
  Logger.overrideLogger(logger);
  const installation = await openInstallation(settings, options);
  try {
    const app = await createContext(settings, installation, logger);
    try {
      if (!options.isReading) for (const module of app.get(ModulesContainer).values()) await callModuleInitHook(module);
      return await work(new Administration(app, settings));
    } finally {
      await app.close();
    }
  } finally {
    await installation.prepared.owner.onApplicationShutdown();
    await installation.database.close();
  }
}

/** Made and never initialised: its providers are there, its routes and its background work are not. */
function createContext(
  settings: Settings,
  installation: Preparation,
  logger: StructuredLogger,
): Promise<NestFastifyApplication> {
  return NestFactory.create<NestFastifyApplication>(RootModule.over(settings, installation), fastifyAdapter(settings), {
    logger,
    abortOnError: false,
    bodyParser: false,
  });
}
