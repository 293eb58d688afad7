import type { INestApplicationContext, Type } from '@nestjs/common';
import { TenantCreation, TenantDirectory, TenantEndings } from '@tenantry/onboarding';
import { TenantLifecycle } from '@tenantry/tenancy';
import type { Settings } from '@tenantry/kernel';
import { TenantAdministration } from './tenant-administration.js';

/**
 * What can be done to an installation from beside its servers.
 *
 * @since 0.1.0
 */
export class Administration {
  readonly tenants: TenantAdministration;

  constructor(
    private readonly app: INestApplicationContext,
    readonly settings: Settings,
  ) {
    this.tenants = new TenantAdministration(
      app.get(TenantDirectory, { strict: false }),
      app.get(TenantCreation, { strict: false }),
      app.get(TenantEndings, { strict: false }),
      app.get(TenantLifecycle, { strict: false }),
    );
  }

  /** Any provider of any module. */
  get<T>(type: Type<T>): T {
    return this.app.get(type, { strict: false });
  }
}
