import { ApiProperty } from '@nestjs/swagger';

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

  /** The nil UUID (RFC 9562, section 5.9) when it concerns the whole fleet. */
  @ApiProperty({ format: 'uuid' })
  tenantId!: string;

  /** What is done, such as `create`; there may be kinds that a client does not know. */
  @ApiProperty({ type: String, example: 'create' })
  kind!: string;

  @ApiProperty({ enum: ['running', 'succeeded', 'failed'] })
  status!: string;

  steps!: OperationStepView[];
  /** Share of the steps that are done. */
  @ApiProperty({ minimum: 0, maximum: 1 })
  progress!: number;
  createdAt!: Date;
  updatedAt!: Date;
}
