import { ApiProperty } from '@nestjs/swagger';

/** Data of an event. */
export class OperationEventView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: ['running', 'succeeded', 'failed'] })
  status!: string;

  done!: number;
  failed!: number;
  total!: number;
  /** Names of those that are done. */
  @ApiProperty({ type: [String] })
  steps!: string[];
}
