import { Controller, Get } from '@nestjs/common';
import { Caller, SignedIn, Throws, type UserPrincipal } from '@tenantry/kernel';
import { TenantContext } from '@tenantry/tenancy';
import { MeView } from './me.dto.js';
import { UserUnknown } from './user.errors.js';
import { Users } from './users.js';

@Controller('me')
export class MeController {
  constructor(
    private readonly users: Users,
    private readonly context: TenantContext,
  ) {}

  /** Who I am. */
  @Get()
  @SignedIn()
  @Throws(UserUnknown)
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
