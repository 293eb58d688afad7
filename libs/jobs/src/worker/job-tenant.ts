import { Injectable } from '@nestjs/common';
import { TenantContext, TenantEntryDenied, TenantRegistry, type Tenant } from '@tenantry/tenancy';
import { QueryFailedError } from 'typeorm';
import type { StartedJob } from './job-record.js';

/** Whether a job may be done now, and where. */
export type JobPlace =
  | { readonly kind: 'tenant'; readonly tenant: Tenant }
  | { readonly kind: 'outside' }
  | { readonly kind: 'later'; readonly reason: string }
  | { readonly kind: 'never'; readonly reason: string };

/** Looks up, at the time a job is done, the tenant that it is of. */
@Injectable()
export class JobTenant {
  constructor(
    private readonly registry: TenantRegistry,
    private readonly context: TenantContext,
  ) {}

  async placeOf({ tenantId, detached }: StartedJob): Promise<JobPlace> {
    const tenant = await this.registry.findById(tenantId);
    if (tenant?.status === 'active') return { kind: 'tenant', tenant };
    if (detached) return { kind: 'outside' };
    if (!tenant || tenant.status === 'deleted') return { kind: 'never', reason: 'The tenant is deleted.' };
    return { kind: 'later', reason: `The tenant is ${tenant.status}.` };
  }

  run<T>(place: JobPlace, work: () => T): T {
    return place.kind === 'tenant' ? this.context.run(place.tenant, work) : this.context.runOutside(work);
  }

  /** Whether Postgres let nobody in: the tenant was suspended or deleted a moment ago, so the job has to be looked at anew. */
  wasKeptOut(place: JobPlace, error: unknown): boolean {
    const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
    if (place.kind !== 'tenant' || !(cause instanceof TenantEntryDenied)) return false;
    this.registry.forget({ id: place.tenant.id, slugs: [place.tenant.slug] });
    return true;
  }
}
