import { Logger, type Type } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiContract, Links, VersionChain, type ContractDocument } from '@tenantry/api';
import { PermissionCatalogue } from '@tenantry/auth';
import { Settings } from '@tenantry/kernel';
import { checkCollections } from '../composition/check-collections.js';
import { checkEmbedded } from '../composition/check-embedded.js';
import { checkRoutes } from '../composition/check-routes.js';
import type { Composition } from '../composition/compose-modules.js';
import { routesOf, type Route } from '../composition/routes.js';
import { fastifyAdapter } from '../http/fastify-options.js';
import { addHttpBasics } from '../http/http-basics.js';
import { linkedRoutes } from '../http/linked-routes.js';
import { openApiDocument } from '../http/openapi.js';
import { addRequestEffects } from '../http/request-effects.js';
import { addRequestHooks } from '../http/request-hooks.js';
import { serveOpenApi } from '../http/serve-openapi.js';
import { serveMetrics } from '../metrics/serve-metrics.js';
import { StructuredLogger } from '../logging/structured-logger.js';
import { environmentSettings } from './environment.js';
import { Platform } from './platform.js';
import { prepare, type Preparation } from './prepare.js';
import { RootModule } from './root-module.js';

export interface PlatformOptions {
  /** Modules besides those of `TENANTRY_MODULES`: classes, or specifiers of files and packages that export them. */
  readonly modules?: readonly (Type | string)[];
  /** Parsed from the environment when absent. */
  readonly settings?: Settings;
  readonly logger?: StructuredLogger;
}

/**
 * Makes a platform of the core modules and yours: database prepared, tenants migrated (`TENANTRY_MIGRATE_AT_START`), routes checked, nothing
 * listening yet.
 *
 * ```ts
 * const platform = await createPlatform({ modules: [NotesModule] });
 * console.log(await platform.listen());
 * ```
 *
 * @throws InvalidSettings, ModuleFault, ApiChangeFault, MigrationFault, RouteFault, RolesNotPrepared, IsolationWeakened
 * @since 0.1.0
 */
export async function createPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const settings = options.settings ?? environmentSettings();
  const logger = options.logger ?? new StructuredLogger(settings.get('TENANTRY_LOG_LEVEL'));
  Logger.overrideLogger(logger);
  const preparation = await prepare(settings, options.modules ?? []);
  let app: NestFastifyApplication | undefined;
  try {
    if (settings.get('TENANTRY_MIGRATE_AT_START') === 'wait') await preparation.prepared.migrations.migrateAll();
    app = await createApp(settings, preparation, logger);
    return new Platform(app, settings, preparation.database);
  } catch (error) {
    await app?.close();
    await preparation.prepared.owner.onApplicationShutdown();
    await preparation.database.close();
    throw error;
  }
}

async function createApp(
  settings: Settings,
  preparation: Preparation,
  logger: StructuredLogger,
): Promise<NestFastifyApplication> {
  const { composition, prepared } = preparation;
  const root = RootModule.over(settings, preparation);
  const app = await NestFactory.create<NestFastifyApplication>(root, fastifyAdapter(settings), {
    logger,
    abortOnError: false,
    bodyParser: false,
  });
  try {
    const routes = routesOf(app.get(ModulesContainer));
    await addHttpBasics(app, settings);
    addRequestHooks(app, logger);
    addRequestEffects(app);
    describeContract(app, routes, composition);
    serveMetrics(app, settings, preparation.database.url);
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    // Nothing listens yet, and what is ready can be closed.
    checkEmbedded(routes, composition.metadata);
    checkRoutes(routes, app.get(PermissionCatalogue));
    await checkCollections(app, prepared.owner, composition.metadata);
    return app;
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** What versions, links and documentation know of the routes. */
function describeContract(app: NestFastifyApplication, routes: readonly Route[], composition: Composition): void {
  const { versions, changes, metadata } = composition;
  const settings = app.get(Settings);
  const entities = metadata.flatMap((each) => [...(each.entities ?? []), ...(each.platformEntities ?? [])]);
  const document = openApiDocument(app, { routes, entities, version: versions.newest });
  const chain = new VersionChain(versions, changes, document as unknown as ContractDocument);
  app.get(ApiContract).install(chain);
  app
    .get(Links)
    .describe(linkedRoutes(routes, document, settings), (version) =>
      linkedRoutes(routes, chain.documentOf(version) as unknown as OpenAPIObject, settings),
    );
  serveOpenApi(app, document, routes);
}
