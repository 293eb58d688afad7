import { DiscoveryModule } from '@nestjs/core';
import { Global } from '@nestjs/common';
import { TenantryModule } from '@tenantry/kernel';
import { CronMinutes } from './cron/cron-minutes.js';
import { HandlerDirectory } from './handlers/handler-directory.js';
import { JobEntity } from './jobs/job.entity.js';
import { Jobs } from './jobs/jobs.js';
import { JobPruning } from './jobs/job-pruning.js';
import { JobsController } from './jobs/jobs.controller.js';
import { DeadJobs } from './jobs/dead-jobs.js';
import { OwnJobsController } from './jobs/own-jobs.controller.js';
import { BoundLanes1795363300000 } from './migrations/bound-lanes.migration.js';
import { CreateJobs1794000100000 } from './migrations/create-jobs.migration.js';
import { Tasks } from './tasks/tasks.js';
import { Chores } from './worker/chores.js';
import { HandOver } from './worker/hand-over.js';
import { JobRecord } from './worker/job-record.js';
import { JobRunner } from './worker/job-runner.js';
import { JobTenant } from './worker/job-tenant.js';
import { Worker } from './worker/worker.js';

/** Background work: tasks, cron and the telling of events. */
@Global()
@TenantryModule({
  name: 'jobs',
  description: 'What is done in the background.',
  compatibility: '^1.0.0',
  imports: [DiscoveryModule],
  platformEntities: [JobEntity],
  platformMigrations: [CreateJobs1794000100000, BoundLanes1795363300000],
  permissions: {
    'jobs:read': { description: 'See what is done in the background', roles: ['admin'] },
    'jobs:write': { description: 'Retry and give up what is done in the background', roles: ['admin'] },
  },
  controllers: [JobsController, OwnJobsController],
  providers: [
    Chores,
    CronMinutes,
    DeadJobs,
    HandlerDirectory,
    HandOver,
    JobPruning,
    JobRecord,
    JobRunner,
    Jobs,
    JobTenant,
    Tasks,
    Worker,
  ],
  exports: [CronMinutes, DeadJobs, Jobs, JobPruning, Tasks, Worker],
})
export class JobsModule {}
