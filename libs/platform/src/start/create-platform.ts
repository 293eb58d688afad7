import { Logger, type Type } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiContract, Links, VersionChain, type ContractDocument } from '@tenantry/api';
import { PermissionCatalogue } from '@tenantry/auth';
import type { Settings } from '@tenantry/kernel';
import { checkCollections } from '../composition/check-collections.js';
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
import { QueryLogger } from '../logging/query-logger.js';
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
 * Makes a platform of the core modules and yours: database prepared, tenants migrated, routes checked, nothing
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
  { composition, secret, database, prepared }: Preparation,
  logger: StructuredLogger,
): Promise<NestFastifyApplication> {
  const root = RootModule.of(composition, {
    settings,
    secret,
    databaseUrl: database.url,
    database: prepared,
    versions: composition.versions,
    tenantEntities: composition.metadata.flatMap((module) => module.entities ?? []),
    platformEntities: composition.metadata.flatMap((module) => module.platformEntities ?? []),
    queryLogger: new QueryLogger(),
  });
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
    serveMetrics(app, settings, database.url);
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    // Nothing listens yet, and what is ready can be closed.
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
  const { versions, changes } = composition;
  const document = openApiDocument(app, routes, versions.newest);
  const chain = new VersionChain(versions, changes, document as unknown as ContractDocument);
  app.get(ApiContract).install(chain);
  app
    .get(Links)
    .describe(linkedRoutes(routes, document), (version) =>
      linkedRoutes(routes, chain.documentOf(version) as unknown as OpenAPIObject),
    );
  serveOpenApi(app, document, routes);
}
