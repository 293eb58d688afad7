import { ApiProperty } from '@nestjs/swagger';
import { MayBeAbsent, PageQuery } from '@tenantry/kernel';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { JOB_STATUSES, type JobView } from './job.dto.js';

/** Which of the tenant's jobs are asked for. */
export class OwnJobQuery extends PageQuery {
  @MayBeAbsent()
  @IsIn(JOB_STATUSES)
  status?: 'waiting' | 'running' | 'dead';

  /** Name of a task or of a listener. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(100)
  task?: string;
}

/** Something to be done for the tenant. Why it failed is told to operators: an error's words may be of the database. */
export class OwnJobView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  /** Name of the task, or of the listener that an event is told. @example "orders.send-receipt" */
  task!: string;

  /** `dead` after the last attempt. */
  @ApiProperty({ enum: JOB_STATUSES })
  status!: string;

  /** Attempts that were begun. */
  attempts!: number;
  maxAttempts!: number;
  /** Not before. */
  runAt!: Date;
  createdAt!: Date;
  updatedAt!: Date;
}

export function ownViewOf({
  id,
  task,
  status,
  attempts,
  maxAttempts,
  runAt,
  createdAt,
  updatedAt,
}: JobView): OwnJobView {
  return { id, task, status, attempts, maxAttempts, runAt, createdAt, updatedAt };
}
