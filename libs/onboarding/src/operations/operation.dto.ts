import { ApiProperty } from '@nestjs/swagger';

/** A step of an operation. */
export class OperationStepView {
  name!: string;
  @ApiProperty({ enum: ['done', 'pending'] })
  status!: string;

  @ApiProperty({ format: 'date-time', required: false })
  finishedAt?: string;
}

/** An operation on a tenant. */
export class OperationView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'uuid' })
  tenantId!: string;

  @ApiProperty({ enum: ['create', 'purge'] })
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
