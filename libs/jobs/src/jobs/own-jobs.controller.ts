import { Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { AvailableWhen, Page, Requires, Throws } from '@tenantry/kernel';
import { TenantContext } from '@tenantry/tenancy';
import { JobNotDead, JobRunning, JobUnknown } from './job.errors.js';
import { Jobs } from './jobs.js';
import { OwnJobQuery, OwnJobView, ownViewOf } from './own-job.dto.js';

/** What is done in the background for the caller's tenant. Another tenant's job is as if it were not there. */
@Controller('jobs')
export class OwnJobsController {
  constructor(
    private readonly jobs: Jobs,
    private readonly context: TenantContext,
  ) {}

  /** Jobs of the tenant that wait, run or are dead, oldest first. Those that are done are gone. */
  @Get()
  @Requires('jobs:read')
  async list(@Query() query: OwnJobQuery): Promise<Page<OwnJobView>> {
    const { items, next } = await this.jobs.list({ ...query, tenant: this.tenantId() });
    return new Page(items.map(ownViewOf), next);
  }

  /** One job. */
  @Get(':id')
  @Requires('jobs:read')
  @Throws(JobUnknown)
  async get(@Param('id') id: string): Promise<OwnJobView> {
    return ownViewOf(await this.jobs.get(id, this.tenantId()));
  }

  /** Tries a dead job again, with all its attempts. */
  @Post(':id/retry')
  @HttpCode(200)
  @Requires('jobs:write')
  @AvailableWhen<OwnJobView>(({ status }) => status === 'dead')
  @Throws(JobUnknown, JobNotDead)
  async retry(@Param('id') id: string): Promise<OwnJobView> {
    return ownViewOf(await this.jobs.retry(id, this.tenantId()));
  }

  /** Gives a job up. */
  @Delete(':id')
  @HttpCode(204)
  @Requires('jobs:write')
  @AvailableWhen<OwnJobView>(({ status }) => status !== 'running')
  @Throws(JobUnknown, JobRunning)
  async remove(@Param('id') id: string): Promise<void> {
    await this.jobs.remove(id, this.tenantId());
  }

  private tenantId(): string {
    return this.context.current().id;
  }
}
