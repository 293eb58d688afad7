import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { Caller, CollectionOf, Page, PageQuery, Requires, Throws, type UserPrincipal } from '@tenantry/kernel';
import { UserAccount } from './user-account.entity.js';
import { NewUser, UserChange, UserView } from './user.dto.js';
import { UserEmailTaken, UserLastOwner, UserOwnerProtected, UserUnknown } from './user.errors.js';
import { Users } from './users.js';

@Controller('users')
export class UsersController {
  constructor(private readonly users: Users) {}

  /** The tenant's users. */
  @Get()
  @CollectionOf(UserAccount)
  @Requires('users:read')
  list(@Query() query: PageQuery): Promise<Page<UserView>> {
    return this.users.list(query);
  }

  /** Makes a user, with a password or an invitation. */
  @Post()
  @Requires('users:write')
  @Throws(UserEmailTaken, UserOwnerProtected)
  create(@Caller() caller: UserPrincipal, @Body() body: NewUser): Promise<UserView> {
    return this.users.create(caller, body);
  }

  /** One user. */
  @Get(':id')
  @Requires('users:read')
  @Throws(UserUnknown)
  get(@Param('id') id: string): Promise<UserView> {
    return this.users.get(id);
  }

  /** Changes a user's name or roles, or disables them. */
  @Patch(':id')
  @Requires('users:write')
  @Throws(UserUnknown, UserOwnerProtected, UserLastOwner)
  change(@Caller() caller: UserPrincipal, @Param('id') id: string, @Body() body: UserChange): Promise<UserView> {
    return this.users.change(caller, id, body);
  }

  /** Removes a user and ends their sessions. */
  @Delete(':id')
  @HttpCode(204)
  @Requires('users:write')
  @Throws(UserUnknown, UserOwnerProtected, UserLastOwner)
  remove(@Caller() caller: UserPrincipal, @Param('id') id: string): Promise<void> {
    return this.users.remove(caller, id);
  }
}
