import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { isId, Page } from '@tenantry/kernel';
import { findPage, PLATFORM } from '@tenantry/tenancy';
import { In, Not, type Repository } from 'typeorm';
import { JobRecord } from '../worker/job-record.js';
import { viewOfJob, type JobCounts, type JobQuery, type JobView } from './job.dto.js';
import { JobEntity, type JobStatus } from './job.entity.js';
import { JobNotDead, JobRunning, JobUnknown } from './job.errors.js';

const STATUSES: Readonly<Record<NonNullable<JobQuery['status']>, JobStatus[]>> = {
  waiting: ['waiting', 'handed'],
  running: ['running'],
  dead: ['dead'],
};

const COUNTS = `
  SELECT task, count(*) FILTER (WHERE status IN ('waiting', 'handed'))::integer AS waiting,
    count(*) FILTER (WHERE status = 'running')::integer AS running, count(*) FILTER (WHERE status = 'dead')::integer AS dead
  FROM platform.job GROUP BY task ORDER BY task`;

/** Jobs, of all tenants or of the one that is given. */
@Injectable()
export class Jobs {
  constructor(
    @InjectRepository(JobEntity, PLATFORM) private readonly jobs: Repository<JobEntity>,
    private readonly record: JobRecord,
  ) {}

  /** @throws CURSOR_INVALID */
  async list({ status, task, tenant, ...page }: JobQuery): Promise<Page<JobView>> {
    const { items, next } = await findPage(this.jobs, page, {
      ...(status !== undefined && { status: In(STATUSES[status]) }),
      ...(task !== undefined && { task }),
      ...(tenant !== undefined && { tenantId: tenant }),
    });
    return new Page(items.map(viewOfJob), next);
  }

  async counts(): Promise<JobCounts> {
    const tasks = await this.jobs.query<JobCounts['tasks']>(COUNTS);
    const sum = (of: (task: JobCounts['tasks'][number]) => number) =>
      tasks.reduce((total, task) => total + of(task), 0);
    return { waiting: sum((t) => t.waiting), running: sum((t) => t.running), dead: sum((t) => t.dead), tasks };
  }

  /** @throws JOB_UNKNOWN */
  async get(id: string, tenantId?: string): Promise<JobView> {
    return viewOfJob(await this.find(id, tenantId));
  }

  /** @throws JOB_UNKNOWN, JOB_NOT_DEAD */
  async retry(id: string, ofTenant?: string): Promise<JobView> {
    const { tenantId } = await this.find(id, ofTenant);
    const now = () => 'now()';
    // Without its key: another job of the key may wait meanwhile.
    const changes = { status: 'waiting' as const, attempts: 0, key: null, runAt: now, updatedAt: now };
    const { affected } = await this.jobs.update({ id, status: 'dead' }, changes);
    if (!affected) throw new JobNotDead();
    const view = await this.get(id);
    await this.record.handOver(tenantId);
    return view;
  }

  /** @throws JOB_UNKNOWN, JOB_RUNNING */
  async remove(id: string, ofTenant?: string): Promise<void> {
    const { tenantId } = await this.find(id, ofTenant);
    const { affected } = await this.jobs.delete({ id, status: Not('running') });
    if (!affected) throw new JobRunning();
    await this.record.handOver(tenantId); // what waited for it in its lane
  }

  private async find(id: string, ofTenant?: string): Promise<JobEntity> {
    const job = isId(id) ? await this.jobs.findOneBy({ id }) : null;
    if (!job || (ofTenant !== undefined && job.tenantId !== ofTenant)) throw new JobUnknown();
    return job;
  }
}
