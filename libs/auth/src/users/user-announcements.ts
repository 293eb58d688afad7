import { Injectable } from '@nestjs/common';
import { Events } from '@tenantry/tenancy';
import type { EntityManager } from 'typeorm';
import type { UserAccount } from './user-account.entity.js';
import {
  invitationAccepted,
  userChanged,
  userCreated,
  userDisabled,
  userEnabled,
  userInvited,
  userRemoved,
  userRolesChanged,
} from './user-events.js';

/** What of a user can change. */
export type UserState = Pick<UserAccount, 'id' | 'name' | 'roles' | 'disabledAt'>;

/** Tells listeners what happens to users, in the transaction in which it does. */
@Injectable()
export class UserAnnouncements {
  constructor(private readonly events: Events) {}

  created(manager: EntityManager, { id, roles }: UserState, invited: boolean): Promise<void> {
    return this.events.emit(userCreated, { id, roles, invited }, { manager });
  }

  /** One event for each thing that is different. */
  async changed(manager: EntityManager, before: UserState, after: UserState): Promise<void> {
    const { id } = after;
    if (before.name !== after.name) await this.events.emit(userChanged, { id }, { manager });
    const [from, to] = [before.roles, after.roles];
    if (from.join() !== to.join()) await this.events.emit(userRolesChanged, { id, from, to }, { manager });
    if (Boolean(before.disabledAt) === Boolean(after.disabledAt)) return;
    await this.events.emit(after.disabledAt ? userDisabled : userEnabled, { id }, { manager });
  }

  removed(manager: EntityManager, id: string): Promise<void> {
    return this.events.emit(userRemoved, { id }, { manager });
  }

  invited(manager: EntityManager, id: string, expiresAt: Date): Promise<void> {
    return this.events.emit(userInvited, { id, expiresAt: expiresAt.toISOString() }, { manager });
  }

  accepted(manager: EntityManager, id: string): Promise<void> {
    return this.events.emit(invitationAccepted, { id }, { manager });
  }
}
