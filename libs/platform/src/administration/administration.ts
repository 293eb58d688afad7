import type { INestApplicationContext, Type } from '@nestjs/common';
import { DeadJobs, Jobs } from '@tenantry/jobs';
import { TenantCreation, TenantDirectory, TenantEndings } from '@tenantry/onboarding';
import { TenantLifecycle } from '@tenantry/tenancy';
import type { Settings } from '@tenantry/kernel';
import { JobAdministration } from './job-administration.js';
import { TenantAdministration } from './tenant-administration.js';
import { TenantTransfers } from './tenant-transfers.js';

/**
 * What can be done to an installation from beside its servers.
 *
 * @since 0.1.0
 */
export class Administration {
  readonly tenants: TenantAdministration;
  readonly transfers: TenantTransfers;
  readonly jobs: JobAdministration;

  constructor(
    private readonly app: INestApplicationContext,
    readonly settings: Settings,
  ) {
    const directory = app.get(TenantDirectory, { strict: false });
    this.jobs = new JobAdministration(
      app.get(Jobs, { strict: false }),
      app.get(DeadJobs, { strict: false }),
      directory,
    );
    this.transfers = new TenantTransfers(app, directory);
    this.tenants = new TenantAdministration(
      directory,
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
