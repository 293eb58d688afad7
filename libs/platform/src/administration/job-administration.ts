import type { DeadJobs, Jobs, JobView } from '@tenantry/jobs';
import type { Page } from '@tenantry/kernel';
import type { TenantDirectory } from '@tenantry/onboarding';

/** Which jobs: all that fit what is given. */
export interface JobsOf {
  readonly status?: 'waiting' | 'running' | 'dead' | undefined;
  /** Name of a task or listener. */
  readonly task?: string | undefined;
  /** Slug or id. */
  readonly tenant?: string | undefined;
}

/**
 * Jobs, looked at and tried again as by the admin endpoints; done by the servers and workers.
 *
 * @since 0.1.0
 */
export class JobAdministration {
  constructor(
    private readonly jobs: Jobs,
    private readonly dead: DeadJobs,
    private readonly directory: TenantDirectory,
  ) {}

  /**
   * All that fit, oldest first, page by page.
   *
   * @throws TENANT_UNKNOWN
   */
  async *list({ status, task, tenant }: JobsOf = {}): AsyncGenerator<JobView> {
    const asked = { ...(status && { status }), ...(task && { task }), ...(await this.only(tenant)) };
    let page: Page<JobView> | undefined;
    do {
      page = await this.jobs.list({ ...asked, limit: 100, cursor: page?.next });
      yield* page.items;
    } while (page.next);
  }

  /** @throws JOB_UNKNOWN, JOB_NOT_DEAD */
  retry(id: string): Promise<JobView> {
    return this.jobs.retry(id);
  }

  /**
   * Tries all dead ones again that fit.
   *
   * @returns how many
   * @throws TENANT_UNKNOWN
   */
  async retryDead({ task, tenant }: Omit<JobsOf, 'status'>): Promise<number> {
    return this.dead.retry({ task, tenantId: (await this.only(tenant)).tenant });
  }

  /** @throws JOB_UNKNOWN, JOB_RUNNING */
  remove(id: string): Promise<void> {
    return this.jobs.remove(id);
  }

  private async only(reference: string | undefined): Promise<{ tenant?: string }> {
    return reference === undefined ? {} : { tenant: (await this.directory.get(reference)).id };
  }
}
