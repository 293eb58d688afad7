import { Controller, Get } from '@nestjs/common';
import { Caller, SignedIn, type UserPrincipal } from '@tenantry/kernel';
import { TenantContext } from '@tenantry/tenancy';
import { Users } from './users.js';

/** Who is calling, and what they may do. */
export class MeView {
  id!: string;
  email!: string;
  name!: string;
  tenant!: { id: string; slug: string; name: string };
  roles!: string[];
  permissions!: string[];
}

@Controller('me')
export class MeController {
  constructor(
    private readonly users: Users,
    private readonly context: TenantContext,
  ) {}

  /** Who I am. */
  @Get()
  @SignedIn()
  async me(@Caller() caller: UserPrincipal): Promise<MeView> {
    const { id, email, name } = await this.users.get(caller.id);
    const tenant = this.context.current();
    return {
      id,
      email,
      name,
      tenant: { id: tenant.id, slug: tenant.slug, name: tenant.name },
      roles: [...caller.roles],
      permissions: [...caller.permissions].sort(),
    };
  }
}
