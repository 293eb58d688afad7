import { Global, Module, type DynamicModule } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import {
  ApiVersions,
  Caches,
  Clock,
  InstallationSecret,
  Settings,
  type EntityClass,
  type TenantryModuleMetadata,
} from '@tenantry/kernel';
import type { DataSource, Logger } from 'typeorm';
import { SingleServerPlacement } from './connection/placement.js';
import { openTenantDataSource } from './connection/tenant-data-source.js';
import { TenantLock } from './connection/tenant-lock.js';
import { TenantContext } from './context/tenant-context.js';
import { CreateTenancy1793500000000 } from './control/migrations/create-tenancy.migration.js';
import { ExtendOperation1793600000000 } from './control/migrations/extend-operation.migration.js';
import { OwnerDatabase } from './control/owner-database.js';
import { openPlatformDataSource, PLATFORM } from './control/platform-data-source.js';
import { TenantDomainEntity } from './control/tenant-domain.entity.js';
import { TenantOperationEntity } from './control/tenant-operation.entity.js';
import { TenantEntity } from './control/tenant.entity.js';
import { TenantDdl } from './lifecycle/tenant-ddl.js';
import { TenantLifecycle } from './lifecycle/tenant-lifecycle.js';
import { TenantProvisioning } from './lifecycle/tenant-provisioning.js';
import { MOST_SETS, TenantMigrations } from './migrations/tenant-migrations.js';
import { OperationPlans } from './operations/operation-plans.js';
import type { PreparedDatabase } from './prepare-database.js';
import { Notifications } from './registry/notifications.js';
import { TenantRegistry } from './registry/tenant-registry.js';
import { TenantAvailability } from './resolution/tenant-availability.js';
import { TenantResolver } from './resolution/tenant-resolver.js';
import { loginRoleName, loginUrl } from './roles/login-roles.js';
import { CreateWarmSchema1794200000000 } from './warm/create-warm-schema.migration.js';
import { TenantTransaction } from './transaction/tenant-transaction.js';

/** What tenancy itself says as a module. */
export const tenancyMetadata: TenantryModuleMetadata = {
  name: 'tenancy',
  compatibility: '^1.0.0',
  platformEntities: [TenantEntity, TenantDomainEntity, TenantOperationEntity],
  platformMigrations: [CreateTenancy1793500000000, ExtendOperation1793600000000, CreateWarmSchema1794200000000],
};

export interface TenancyOptions {
  readonly settings: Settings;
  readonly secret: InstallationSecret;
  readonly databaseUrl: string;
  readonly database: PreparedDatabase;
  /** Versions of the HTTP contract; new tenants are pinned to the newest. */
  readonly versions: ApiVersions;
  /** All entities of the tenant plane and of the control plane. */
  readonly tenantEntities: readonly EntityClass[];
  readonly platformEntities: readonly EntityClass[];
  readonly queryLogger?: Logger;
}

/** Tenancy for the whole application: both DataSources, the context, registry and a tenant's life. */
@Global()
@Module({})
export class TenancyModule {
  static forRoot(options: TenancyOptions): DynamicModule {
    const { settings, secret, databaseUrl, database } = options;
    const installation = settings.get('TENANTRY_INSTALLATION');
    const platformUrl = loginUrl(databaseUrl, secret, installation, 'platform');
    const platform = getDataSourceToken(PLATFORM);
    const repositories = TypeOrmModule.forFeature([TenantEntity, TenantDomainEntity, TenantOperationEntity], PLATFORM);
    return {
      module: TenancyModule,
      imports: [
        TypeOrmModule.forRootAsync({
          name: PLATFORM,
          useFactory: () => ({ type: 'postgres', name: PLATFORM, retryAttempts: 0 }),
          dataSourceFactory: () =>
            openPlatformDataSource({
              url: platformUrl,
              entities: options.platformEntities,
              max: 5,
              logger: options.queryLogger,
            }),
        }),
        TypeOrmModule.forRootAsync({
          useFactory: () => ({ type: 'postgres', retryAttempts: 0 }),
          dataSourceFactory: () => openTenants(options),
        }),
        repositories,
      ],
      providers: [
        TenantContext,
        TenantLock,
        TenantTransaction,
        OperationPlans,
        Clock,
        TenantResolver,
        TenantAvailability,
        { provide: Settings, useValue: settings },
        { provide: ApiVersions, useValue: options.versions },
        { provide: InstallationSecret, useValue: secret },
        { provide: Notifications, useFactory: () => new Notifications(platformUrl) },
        { provide: OwnerDatabase, useValue: database.owner },
        { provide: TenantMigrations, useValue: database.migrations },
        { provide: TenantDdl, useFactory: () => new TenantDdl(loginRoleName(installation, 'app')) },
        {
          provide: TenantRegistry,
          inject: [platform, Notifications, Caches],
          useFactory: (dataSource: DataSource, notifications: Notifications, caches: Caches) =>
            openRegistry(dataSource, notifications, caches, options),
        },
        {
          provide: TenantProvisioning,
          inject: [platform, OwnerDatabase, TenantRegistry, TenantDdl, ApiVersions],
          useFactory: (...args: ConstructorParameters<typeof TenantProvisioning>) => new TenantProvisioning(...args),
        },
        {
          provide: TenantLifecycle,
          inject: [platform, OwnerDatabase, TenantRegistry, TenantDdl, Clock],
          useFactory: (...args: ConstructorParameters<typeof TenantLifecycle>) => new TenantLifecycle(...args),
        },
      ],
      exports: [
        repositories,
        TenantContext,
        TenantLock,
        ApiVersions,
        TenantTransaction,
        OperationPlans,
        Clock,
        Settings,
        InstallationSecret,
        Notifications,
        OwnerDatabase,
        TenantMigrations,
        TenantDdl,
        TenantRegistry,
        TenantResolver,
        TenantAvailability,
        TenantProvisioning,
        TenantLifecycle,
      ],
    };
  }
}

function openTenants({
  settings,
  secret,
  databaseUrl,
  tenantEntities,
  queryLogger,
}: TenancyOptions): Promise<DataSource> {
  const pooler = settings.get('TENANTRY_POOLER_URL');
  const url = loginUrl(pooler ?? databaseUrl, secret, settings.get('TENANTRY_INSTALLATION'), 'app');
  return openTenantDataSource({
    placement: new SingleServerPlacement({ name: 'main', url }),
    max: settings.get('TENANTRY_DATABASE_POOL'),
    tenantsPerConnection: settings.get('TENANTRY_TENANTS_PER_CONNECTION'),
    preparedEntering: pooler === undefined || settings.get('TENANTRY_POOLER_PREPARED'),
    connectionTimeoutMillis: settings.get('TENANTRY_STATEMENT_TIMEOUT'),
    applicationName: 'tenantry',
    entities: tenantEntities,
    logger: queryLogger,
  });
}

async function openRegistry(
  dataSource: DataSource,
  notifications: Notifications,
  caches: Caches,
  { settings, database }: TenancyOptions,
): Promise<TenantRegistry> {
  const registry = new TenantRegistry(dataSource, {
    cacheSize: settings.get('TENANTRY_TENANT_CACHE'),
    caches,
    covers: (set) => database.migrations.covers(set),
  });
  caches.watch('migration-sets', MOST_SETS, () => database.migrations.knownSets);
  await registry.listen(notifications);
  return registry;
}
