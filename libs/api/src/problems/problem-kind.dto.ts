import { ApiProperty } from '@nestjs/swagger';

/** A kind of problem that this API answers with. */
export class ProblemKind {
  code!: string;
  /** HTTP status. */
  @ApiProperty({ type: 'integer' })
  status!: number;
  title!: string;
  _links!: { self: { href: string } };
}
