import { ApiProperty } from '@nestjs/swagger';

/** The schemas that wait for tenants. */
export class WarmPoolView {
  /** Schemas that wait, with all migrations. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  ready!: number;

  /** The fewest that are kept waiting. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  floor!: number;

  /** The most that are kept waiting. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  ceiling!: number;

  /** How many are meant to wait now: as many tenants as were made in the last five minutes, between floor and ceiling. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  target!: number;

  /** When the answering process last failed to make some; its log says why. */
  @ApiProperty({ format: 'date-time', required: false })
  lastFailureAt?: Date;
}
