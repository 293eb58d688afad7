import { ApiProperty } from '@nestjs/swagger';

/** The tenant of the caller. */
export class OwnTenantView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  slug!: string;
  name!: string;
}

/** Who is calling, and what they may do. */
export class MeView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  email!: string;
  name!: string;
  tenant!: OwnTenantView;
  roles!: string[];
  permissions!: string[];
}
