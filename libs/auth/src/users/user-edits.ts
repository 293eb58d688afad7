import { Injectable } from '@nestjs/common';
import { Clock } from '@tenantry/kernel';
import type { EntityManager } from 'typeorm';
import { UserAccount } from './user-account.entity.js';
import { UserAnnouncements } from './user-announcements.js';
import type { UserChange } from './user.dto.js';

/** Changes of one user's row, told in the transaction that makes them. Who may make them is asked before. */
@Injectable()
export class UserEdits {
  constructor(
    private readonly announcements: UserAnnouncements,
    private readonly clock: Clock,
  ) {}

  async change(manager: EntityManager, user: UserAccount, change: UserChange): Promise<UserAccount> {
    const before = { ...user };
    const { disabled } = change;
    const disabledAt = disabled === undefined ? user.disabledAt : disabled ? this.clock.now() : null;
    const after = await manager.save(Object.assign(user, withoutUndefined(change), { disabledAt }));
    await this.announcements.changed(manager, before, after);
    return after;
  }

  async remove(manager: EntityManager, id: string): Promise<void> {
    await manager.delete(UserAccount, { id });
    await this.announcements.removed(manager, id);
  }
}

function withoutUndefined({ name, roles }: UserChange): Partial<UserAccount> {
  return { ...(name !== undefined && { name }), ...(roles !== undefined && { roles }) };
}
