import { ApiProperty } from '@nestjs/swagger';
import { MayBeAbsent, PageQuery } from '@tenantry/kernel';
import { IsIn, IsString, IsUUID, MaxLength } from 'class-validator';
import type { JobEntity } from './job.entity.js';

export const JOB_STATUSES = ['waiting', 'running', 'dead'] as const;

/** Which jobs are asked for. */
export class JobQuery extends PageQuery {
  @MayBeAbsent()
  @IsIn(JOB_STATUSES)
  status?: 'waiting' | 'running' | 'dead';

  /** Name of a task or of a listener. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(100)
  task?: string;

  /** Id of a tenant. */
  @MayBeAbsent()
  @IsUUID()
  tenant?: string;
}

/** Something to be done for a tenant. What it is done with is the tenant's own and not shown. */
export class JobView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'uuid' })
  tenantId!: string;

  /** Name of the task, or of the listener that an event is told. @example "orders.send-receipt" */
  task!: string;

  /** `dead` after the last attempt, or when the tenant is deleted. */
  @ApiProperty({ enum: JOB_STATUSES })
  status!: string;

  /** Attempts that were begun. */
  attempts!: number;
  maxAttempts!: number;
  /** Not before. */
  runAt!: Date;
  /** Why the last attempt failed. */
  error?: string;
  createdAt!: Date;
  updatedAt!: Date;
}

/** How many jobs of one task there are. */
export class TaskCount {
  /** Name of the task or listener. */
  task!: string;
  waiting!: number;
  running!: number;
  dead!: number;
}

/** How many jobs there are. */
export class JobCounts {
  waiting!: number;
  running!: number;
  dead!: number;
  tasks!: TaskCount[];
}

/** Which dead jobs are tried again: all that fit what is given. */
export class DeadJobsRequest {
  /** Name of a task or of a listener. @example "orders.send-receipt" */
  @MayBeAbsent()
  @IsString()
  @MaxLength(100)
  task?: string;

  /** Id of a tenant. */
  @MayBeAbsent()
  @IsUUID()
  tenant?: string;
}

/** How many dead jobs are tried again. */
export class RetriedJobs {
  retried!: number;
}

export function viewOfJob(job: JobEntity): JobView {
  const { id, tenantId, task, status, attempts, maxAttempts, runAt, error, createdAt, updatedAt } = job;
  const shown = status === 'handed' ? 'waiting' : status;
  return {
    id,
    tenantId,
    task,
    status: shown,
    attempts,
    maxAttempts,
    runAt,
    ...(error !== null && { error }),
    createdAt,
    updatedAt,
  };
}
