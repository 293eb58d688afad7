import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { ApiVersionGuard, BodyVersionGuard, ProblemFilter, validationPipe } from '@tenantry/api';
import { AuthenticationGuard, PermissionGuard, PermissionsModule } from '@tenantry/auth';
import { FeatureGuard } from '@tenantry/billing';
import { CachesModule, type Settings } from '@tenantry/kernel';
import { SeedsModule } from '@tenantry/onboarding';
import { TenancyModule, TenantGuard, WarmModule, type TenancyOptions } from '@tenantry/tenancy';
import type { Composition } from '../composition/compose-modules.js';
import { QueryLogger } from '../logging/query-logger.js';
import type { Preparation } from './prepare.js';

/** Everything together. The guards stand here, in the order in which they run. */
@Module({})
export class RootModule {
  static over(settings: Settings, { composition, secret, database, prepared }: Preparation): DynamicModule {
    return RootModule.of(composition, {
      settings,
      secret,
      databaseUrl: database.url,
      database: prepared,
      versions: composition.versions,
      tenantEntities: composition.metadata.flatMap((module) => module.entities ?? []),
      platformEntities: composition.metadata.flatMap((module) => module.platformEntities ?? []),
      queryLogger: new QueryLogger(),
    });
  }

  private static of({ classes, metadata }: Composition, tenancy: TenancyOptions): DynamicModule {
    return {
      module: RootModule,
      imports: [
        CachesModule,
        TenancyModule.forRoot(tenancy),
        WarmModule,
        PermissionsModule.forRoot(metadata),
        SeedsModule.forRoot(metadata.flatMap((module) => module.seeds ?? [])),
        ...classes,
      ],
      providers: [
        // Who is calling, by the token alone; then for which tenant; then whether they may, and whether the tenant has it.
        { provide: APP_GUARD, useExisting: AuthenticationGuard },
        { provide: APP_GUARD, useClass: TenantGuard },
        // In which version of the contract they speak: told even to those who may not; their body is migrated when they may.
        { provide: APP_GUARD, useExisting: ApiVersionGuard },
        { provide: APP_GUARD, useExisting: PermissionGuard },
        { provide: APP_GUARD, useExisting: FeatureGuard },
        { provide: APP_GUARD, useExisting: BodyVersionGuard },
        { provide: APP_FILTER, useExisting: ProblemFilter },
        { provide: APP_PIPE, useFactory: validationPipe },
      ],
    };
  }
}
