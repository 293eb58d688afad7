import { getDataSourceToken } from '@nestjs/typeorm';
import { Clock, Settings, TenantryModule } from '@tenantry/kernel';
import { Notifications, PLATFORM, TenantRegistry } from '@tenantry/tenancy';
import type { DataSource } from 'typeorm';
import { Readiness } from './health/readiness.js';
import { HealthController } from './health/health.controller.js';
import { Links } from './links/links.js';
import { RelsController } from './links/rels.controller.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { ProblemsController } from './problems/problems.controller.js';
import { RootController } from './root.controller.js';
import { ApiContract } from './versions/api-contract.js';
import { ApiVersionGuard } from './versions/api-version.guard.js';
import { BodyVersionGuard } from './versions/body-version.guard.js';
import { ApiVersionPinController } from './versions/api-version-pin.controller.js';
import { ApiVersionUseController } from './versions/api-version-use.controller.js';
import { ApiVersionsController } from './versions/api-versions.controller.js';
import { CreateApiVersions1795305600000 } from './versions/create-api-versions.migration.js';
import { RequestVersions } from './versions/request-versions.js';
import { VersionPins } from './versions/version-pins.js';
import { VersionReport } from './versions/version-report.js';
import { VersionSunsets } from './versions/version-sunsets.js';
import { VersionUsage } from './versions/version-usage.js';

const platform = getDataSourceToken(PLATFORM);

/** The HTTP contract: problems, HAL, versions, health. */
@TenantryModule({
  name: 'api',
  description: 'The root document, health, and the kinds of problems.',
  compatibility: '^1.0.0',
  platformMigrations: [CreateApiVersions1795305600000],
  permissions: {
    'settings:read': { description: 'See the settings of the tenant', roles: ['admin'] },
    'settings:write': { description: 'Change the settings of the tenant', roles: ['admin'] },
  },
  controllers: [
    ApiVersionPinController,
    ApiVersionsController,
    ApiVersionUseController,
    HealthController,
    ProblemsController,
    RelsController,
    RootController,
  ],
  providers: [
    ApiContract,
    Links,
    ApiVersionGuard,
    BodyVersionGuard,
    ProblemFilter,
    Readiness,
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
      inject: [platform, Clock, Settings],
      useFactory: (...args: ConstructorParameters<typeof VersionUsage>) => new VersionUsage(...args),
    },
  ],
  exports: [
    ApiContract,
    Links,
    ApiVersionGuard,
    BodyVersionGuard,
    ProblemFilter,
    Readiness,
    RequestVersions,
    VersionUsage,
  ],
})
export class ApiModule {}
