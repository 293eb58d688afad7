import type { Provider } from '@nestjs/common';
import { ApiVersions, Clock, Settings } from '@tenantry/kernel';
import { OwnerDatabase } from '../control/owner-database.js';
import { TenantDdl } from '../lifecycle/tenant-ddl.js';
import { TenantProvisioning } from '../lifecycle/tenant-provisioning.js';
import { TenantMigrations } from '../migrations/tenant-migrations.js';
import { TenantRegistry } from '../registry/tenant-registry.js';
import { WarmPool } from './warm-pool.js';
import { WarmProvisioning } from './warm-provisioning.js';

/** The pool of schemas that wait, and how they become tenants. */
export const warmProviders: Provider[] = [
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
];
