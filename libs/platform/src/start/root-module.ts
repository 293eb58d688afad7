import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { ProblemFilter, validationPipe } from '@tenantry/api';
import { AuthenticationGuard, PermissionGuard, PermissionsModule } from '@tenantry/auth';
import { SeedsModule } from '@tenantry/onboarding';
import { TenancyModule, TenantGuard, type TenancyOptions } from '@tenantry/tenancy';
import type { Composition } from '../composition/compose-modules.js';

/** Everything together. The guards stand here, in the order in which they run. */
@Module({})
export class RootModule {
  static of({ classes, metadata }: Composition, tenancy: TenancyOptions): DynamicModule {
    return {
      module: RootModule,
      imports: [
        TenancyModule.forRoot(tenancy),
        PermissionsModule.forRoot(metadata),
        SeedsModule.forRoot(metadata.flatMap((module) => module.seeds ?? [])),
        ...classes,
      ],
      providers: [
        // Who is calling, by the token alone; then for which tenant; then whether they may.
        { provide: APP_GUARD, useExisting: AuthenticationGuard },
        { provide: APP_GUARD, useClass: TenantGuard },
        { provide: APP_GUARD, useExisting: PermissionGuard },
        { provide: APP_FILTER, useExisting: ProblemFilter },
        { provide: APP_PIPE, useFactory: validationPipe },
      ],
    };
  }
}
