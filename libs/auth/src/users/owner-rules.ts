import { Injectable } from '@nestjs/common';
import { TenantLock } from '@tenantry/tenancy';
import type { EntityManager } from 'typeorm';
import { UserAccount } from './user-account.entity.js';
import { UserLastOwner, UserOwnerProtected } from './user.errors.js';

/** What keeps a tenant's owners: admins do not touch them, and the last one stays. */
@Injectable()
export class OwnerRules {
  constructor(private readonly lock: TenantLock) {}

  /** @throws USER_OWNER_PROTECTED when somebody who is no owner is about to touch or make one */
  mayTouch(actorRoles: readonly string[], ...touched: (readonly string[] | undefined)[]): void {
    const concernsOwner = touched.some((roles) => roles?.includes('owner'));
    if (concernsOwner && !actorRoles.includes('owner')) throw new UserOwnerProtected();
  }

  /**
   * Runs the change and undoes it if no active owner is left. Changes of owners take turns, so that two owners who
   * remove each other at once do not both succeed.
   *
   * @throws USER_LAST_OWNER
   */
  async keepOne<T>(manager: EntityManager, change: () => Promise<T>): Promise<T> {
    await this.lock.acquire(manager, 'owners');
    const result = await change();
    const owners = await manager
      .createQueryBuilder(UserAccount, 'user')
      .where(`'owner' = ANY(user.roles) AND user.disabled_at IS NULL`)
      .getCount();
    if (owners === 0) throw new UserLastOwner();
    return result;
  }
}
