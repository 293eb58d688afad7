import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';
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
import { TenantLoading } from './archive/tenant-loading.js';
import { PoolerReach } from './connection/pooler-reach.js';
import { SingleServerPlacement } from './connection/placement.js';
import { openTenantDataSource } from './connection/tenant-data-source.js';
import { TenantLock } from './connection/tenant-lock.js';
import { TenantContext } from './context/tenant-context.js';
import { CreateTenancy1793500000000 } from './control/migrations/create-tenancy.migration.js';
import { ExtendOperation1793600000000 } from './control/migrations/extend-operation.migration.js';
import { ExtendLifecycle1794300000000 } from './control/migrations/extend-lifecycle.migration.js';
import { FormerSlugEntity } from './control/former-slug.entity.js';
import { AdvanceTogether1795363400000 } from './control/migrations/advance-together.migration.js';
import { KeepFindings1795359600500 } from './control/migrations/keep-findings.migration.js';
import { MigrateFleet1794100000000 } from './control/migrations/migrate-fleet.migration.js';
import { OwnerDatabase } from './control/owner-database.js';
import { PlatformLogin } from './control/platform-login.js';
import { openPlatformDataSource, PLATFORM } from './control/platform-data-source.js';
import { TenantDomainEntity } from './control/tenant-domain.entity.js';
import { TenantExportEntity } from './control/tenant-export.entity.js';
import { TenantOperationEntity } from './control/tenant-operation.entity.js';
import { TenantEntity } from './control/tenant.entity.js';
import { CreateEvents1794000000000 } from './events/create-events.migration.js';
import { LimitTransactions1795363200001 } from './events/limit-transactions.migration.js';
import { TellMigrations1795363200000 } from './events/tell-migrations.migration.js';
import { TENANT_EVENTS } from './events/tenant-events.js';
import { Events } from './events/events.js';
import { TenantDdl } from './lifecycle/tenant-ddl.js';
import { TenantLifecycle } from './lifecycle/tenant-lifecycle.js';
import { TenantProvisioning } from './lifecycle/tenant-provisioning.js';
import { MOST_SETS, TenantMigrations } from './migrations/tenant-migrations.js';
import { CreateOperatorRequest1793800000000 } from './operator-requests/create-operator-request.migration.js';
import { OperatorRequestEntity } from './operator-requests/operator-request.entity.js';
import { OperatorRequests } from './operator-requests/operator-requests.js';
import { LongOperations } from './operations/long-operations.js';
import { OperationPlans } from './operations/operation-plans.js';
import type { PreparedDatabase } from './prepare-database.js';
import { Notifications } from './registry/notifications.js';
import { TenantRegistry } from './registry/tenant-registry.js';
import { TenantAvailability } from './resolution/tenant-availability.js';
import { TenantResolver } from './resolution/tenant-resolver.js';
import { loginRoleName, loginUrl } from './roles/login-roles.js';
import { CreateWarmSchema1794200000000 } from './warm/create-warm-schema.migration.js';
import { RolesAhead1795363500000 } from './warm/roles-ahead.migration.js';
import { TenantTransaction } from './transaction/tenant-transaction.js';

/** Those whose repositories other core libraries use. */
const SHARED_ENTITIES = [TenantEntity, TenantDomainEntity, TenantOperationEntity, TenantExportEntity];

/** What tenancy itself says as a module. */
export const tenancyMetadata: TenantryModuleMetadata = {
  name: 'tenancy',
  compatibility: '^1.0.0',
  platformEntities: [
    TenantEntity,
    TenantDomainEntity,
    TenantOperationEntity,
    OperatorRequestEntity,
    FormerSlugEntity,
    TenantExportEntity,
  ],
  platformMigrations: [
    CreateTenancy1793500000000,
    ExtendOperation1793600000000,
    CreateOperatorRequest1793800000000,
    CreateEvents1794000000000,
    MigrateFleet1794100000000,
    CreateWarmSchema1794200000000,
    ExtendLifecycle1794300000000,
    KeepFindings1795359600500,
    TellMigrations1795363200000,
    LimitTransactions1795363200001,
    AdvanceTogether1795363400000,
    RolesAhead1795363500000,
  ],
  events: TENANT_EVENTS,
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
    const repositories = TypeOrmModule.forFeature(SHARED_ENTITIES, PLATFORM);
    return {
      module: TenancyModule,
      imports: [
        TypeOrmModule.forRootAsync({
          name: PLATFORM,
          useFactory: () => ({ type: 'postgres', name: PLATFORM, retryAttempts: 0 }),
          dataSourceFactory: () => openPlatform(platformUrl, options),
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
        Events,
        Clock,
        TenantResolver,
        TenantAvailability,
        { provide: Settings, useValue: settings },
        { provide: ApiVersions, useValue: options.versions },
        { provide: InstallationSecret, useValue: secret },
        { provide: Notifications, useFactory: () => new Notifications(platformUrl) },
        { provide: OperatorRequests, inject: [platform, Clock], useFactory: openRequests(platformUrl) },
        { provide: PoolerReach, useFactory: () => new PoolerReach(settings.get('TENANTRY_POOLER_URL')) },
        { provide: PlatformLogin, useFactory: () => new PlatformLogin(platformUrl) },
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
        ...operationProviders(platform),
      ],
      exports: [
        repositories,
        TenantContext,
        TenantLock,
        ApiVersions,
        TenantTransaction,
        OperationPlans,
        OperatorRequests,
        Events,
        Clock,
        Settings,
        InstallationSecret,
        Notifications,
        PlatformLogin,
        PoolerReach,
        OwnerDatabase,
        TenantMigrations,
        TenantDdl,
        TenantRegistry,
        TenantResolver,
        TenantAvailability,
        TenantProvisioning,
        LongOperations,
        TenantLoading,
        TenantLifecycle,
      ],
    };
  }
}

function openPlatform(url: string, { platformEntities, queryLogger }: TenancyOptions): Promise<DataSource> {
  return openPlatformDataSource({ url, entities: platformEntities, max: 5, logger: queryLogger });
}

function openRequests(url: string): (dataSource: DataSource, clock: Clock) => OperatorRequests {
  return (dataSource, clock) => new OperatorRequests(url, dataSource.getRepository(OperatorRequestEntity), clock);
}

function operationProviders(platform: ReturnType<typeof getDataSourceToken>): Provider[] {
  return [
    {
      provide: LongOperations,
      inject: [platform, OwnerDatabase, OperationPlans],
      useFactory: (...args: ConstructorParameters<typeof LongOperations>) => new LongOperations(...args),
    },
    {
      provide: TenantLoading,
      inject: [OwnerDatabase, TenantMigrations, TenantDdl],
      useFactory: (...args: ConstructorParameters<typeof TenantLoading>) => new TenantLoading(...args),
    },
    {
      provide: TenantLifecycle,
      inject: [platform, OwnerDatabase, TenantRegistry, TenantDdl, Clock],
      useFactory: (...args: ConstructorParameters<typeof TenantLifecycle>) => new TenantLifecycle(...args),
    },
  ];
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
