import { Global, Module } from '@nestjs/common';
import { ApiVersions, Clock, Settings } from '@tenantry/kernel';
import { OwnerDatabase } from '../control/owner-database.js';
import { TenantDdl } from '../lifecycle/tenant-ddl.js';
import { TenantProvisioning } from '../lifecycle/tenant-provisioning.js';
import { TenantMigrations } from '../migrations/tenant-migrations.js';
import { TenantRegistry } from '../registry/tenant-registry.js';
import { WarmPool } from './warm-pool.js';
import { WarmProvisioning } from './warm-provisioning.js';

/** The pool of schemas that wait, and how they become tenants. Stands beside TenancyModule, whose parts it uses. */
@Global()
@Module({
  providers: [
    {
      provide: WarmPool,
      inject: [OwnerDatabase, TenantDdl, TenantMigrations, Settings, Clock],
      useFactory: (...args: ConstructorParameters<typeof WarmPool>) => new WarmPool(...args),
    },
    {
      provide: WarmProvisioning,
      inject: [OwnerDatabase, WarmPool, TenantRegistry, TenantProvisioning, ApiVersions],
      useFactory: (...args: ConstructorParameters<typeof WarmProvisioning>) => new WarmProvisioning(...args),
    },
  ],
  exports: [WarmPool, WarmProvisioning],
})
export class WarmModule {}
