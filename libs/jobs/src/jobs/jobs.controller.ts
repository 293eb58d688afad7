import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { AvailableWhen, OperatorOnly, Page, Throws } from '@tenantry/kernel';
import { DeadJobs } from './dead-jobs.js';
import { DeadJobsRequest, JobCounts, JobQuery, JobView, RetriedJobs } from './job.dto.js';
import { JobNotDead, JobRunning, JobUnknown } from './job.errors.js';
import { Jobs } from './jobs.js';

@Controller('admin/jobs')
@OperatorOnly()
export class JobsController {
  constructor(
    private readonly jobs: Jobs,
    private readonly dead: DeadJobs,
  ) {}

  /** Jobs that wait, run or are dead, oldest first. Those that are done are gone. */
  @Get()
  list(@Query() query: JobQuery): Promise<Page<JobView>> {
    return this.jobs.list(query);
  }

  /** How many jobs there are, of each task. */
  @Get('counts')
  counts(): Promise<JobCounts> {
    return this.jobs.counts();
  }

  /** Tries all dead jobs again that fit, with all their attempts: when what made them fail is mended. */
  @Post('retry')
  @HttpCode(200)
  @ApiOperation({ operationId: 'retryDeadAdminJobs' })
  async retryDead(@Body() { task, tenant }: DeadJobsRequest): Promise<RetriedJobs> {
    return { retried: await this.dead.retry({ task, tenantId: tenant }) };
  }

  /** One job. */
  @Get(':id')
  @Throws(JobUnknown)
  get(@Param('id') id: string): Promise<JobView> {
    return this.jobs.get(id);
  }

  /** Tries a dead job again, with all its attempts. */
  @Post(':id/retry')
  @HttpCode(200)
  @AvailableWhen<JobView>(({ status }) => status === 'dead')
  @Throws(JobUnknown, JobNotDead)
  retry(@Param('id') id: string): Promise<JobView> {
    return this.jobs.retry(id);
  }

  /** Gives a job up. */
  @Delete(':id')
  @HttpCode(204)
  @AvailableWhen<JobView>(({ status }) => status !== 'running')
  @Throws(JobUnknown, JobRunning)
  async remove(@Param('id') id: string): Promise<void> {
    await this.jobs.remove(id);
  }
}
