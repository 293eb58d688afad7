import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { MayBeAbsent, PageQuery } from '@tenantry/kernel';
import { IsIn, IsString, MaxLength } from 'class-validator';

const STATUSES = ['running', 'succeeded', 'failed'];

/** Which operations are asked for. */
export class OperationQuery extends PageQuery {
  /** Id or slug of a tenant; of one that is gone, its id. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  tenant?: string;

  @MayBeAbsent()
  @IsIn(STATUSES)
  status?: 'running' | 'succeeded' | 'failed';

  /** @example "export" */
  @MayBeAbsent()
  @IsString()
  @MaxLength(100)
  kind?: string;
}

/** A step of an operation. */
export class OperationStepView {
  name!: string;
  @ApiProperty({ enum: ['done', 'pending'] })
  status!: string;

  @ApiProperty({ format: 'date-time', required: false })
  finishedAt?: string;
}

/** An operation on a tenant or on the fleet. */
export class OperationView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  /** Absent when it concerns the whole fleet. */
  @ApiPropertyOptional({ format: 'uuid' })
  tenantId?: string;

  /** What is done, such as `create`; there may be kinds that a client does not know. */
  @ApiProperty({ type: String, example: 'create' })
  kind!: string;

  @ApiProperty({ enum: STATUSES })
  status!: string;

  steps!: OperationStepView[];
  /** Share of the steps that are done, and of the work of the one under way where that is known. */
  @ApiProperty({ minimum: 0, maximum: 1 })
  progress!: number;
  /** What it gave; which properties depends on the kind. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  result?: Record<string, unknown>;
  /** Why it failed. */
  error?: string;
  /** Whether it runs and can be cancelled. */
  cancellable?: boolean;
  createdAt!: Date;
  updatedAt!: Date;
  @ApiProperty({ type: 'object', additionalProperties: true })
  _links!: Record<string, { href: string }>;
}
