import { getDataSourceToken } from '@nestjs/typeorm';
import { Caches, Clock, Settings } from '@tenantry/kernel';
import { Notifications, PLATFORM, TenantRegistry } from '@tenantry/tenancy';
import type { DataSource } from 'typeorm';
import { ApiContract } from './api-contract.js';
import { ApiVersionGuard } from './api-version.guard.js';
import { BodyVersionGuard } from './body-version.guard.js';
import { RequestVersions } from './request-versions.js';
import { VersionPins } from './version-pins.js';
import { VersionReport } from './version-report.js';
import { VersionSunsets } from './version-sunsets.js';
import { VersionUsage } from './version-usage.js';

const platform = getDataSourceToken(PLATFORM);

/** What versions of the contract are made of. */
export const versionProviders = [
  ApiContract,
  ApiVersionGuard,
  BodyVersionGuard,
  RequestVersions,
  {
    provide: VersionPins,
    inject: [platform, TenantRegistry, ApiContract, VersionSunsets, Clock],
    useFactory: (...args: ConstructorParameters<typeof VersionPins>) => new VersionPins(...args),
  },
  {
    provide: VersionReport,
    inject: [platform, ApiContract, VersionSunsets],
    useFactory: (...args: ConstructorParameters<typeof VersionReport>) => new VersionReport(...args),
  },
  {
    provide: VersionSunsets,
    inject: [platform, ApiContract, Clock, Notifications],
    useFactory: async (dataSource: DataSource, contract: ApiContract, clock: Clock, notifications: Notifications) => {
      const sunsets = new VersionSunsets(dataSource, contract, clock);
      await sunsets.listen(notifications);
      return sunsets;
    },
  },
  {
    provide: VersionUsage,
    inject: [platform, Clock, Settings, Caches],
    useFactory: (...args: ConstructorParameters<typeof VersionUsage>) => new VersionUsage(...args),
  },
];
