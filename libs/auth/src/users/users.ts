import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { isId, Page, type PageQuery, type UserPrincipal } from '@tenantry/kernel';
import { findPage } from '@tenantry/tenancy';
import type { EntityManager, Repository } from 'typeorm';
import { Sessions } from '../sessions/sessions.js';
import { NewAccounts } from './new-accounts.js';
import { OwnerRules } from './owner-rules.js';
import { UserAccount } from './user-account.entity.js';
import { UserEdits } from './user-edits.js';
import { viewOf, type NewUser, type UserChange, type UserView } from './user.dto.js';
import { UserUnknown } from './user.errors.js';

/** Users of the current tenant. */
@Injectable()
export class Users {
  constructor(
    @InjectRepository(UserAccount) private readonly users: Repository<UserAccount>,
    private readonly accounts: NewAccounts,
    private readonly sessions: Sessions,
    private readonly owners: OwnerRules,
    private readonly edits: UserEdits,
  ) {}

  async list(query: PageQuery): Promise<Page<UserView>> {
    const { items, next } = await findPage(this.users, query);
    return new Page(items.map(viewOf), next);
  }

  async get(id: string): Promise<UserView> {
    return viewOf(await this.find(id));
  }

  /** @throws USER_EMAIL_TAKEN, USER_OWNER_PROTECTED */
  create(actor: UserPrincipal, { email, name, password, roles = ['member'] }: NewUser): Promise<UserView> {
    this.owners.mayTouch(actor.roles, roles);
    return this.accounts.create({ email, name, password, roles });
  }

  /** @throws USER_UNKNOWN, USER_OWNER_PROTECTED, USER_LAST_OWNER */
  async change(actor: UserPrincipal, id: string, change: UserChange): Promise<UserView> {
    const user = await this.withOwner(async (manager) => {
      const before = await this.find(id, manager);
      this.owners.mayTouch(actor.roles, before.roles, change.roles);
      return this.edits.change(manager, before, change);
    });
    // Roles stand in the access token: who has others now signs in anew or refreshes.
    if (change.roles !== undefined || change.disabled === true) await this.sessions.endAllOf(id);
    return viewOf(user);
  }

  /** @throws USER_UNKNOWN, USER_OWNER_PROTECTED, USER_LAST_OWNER */
  async remove(actor: UserPrincipal, id: string): Promise<void> {
    const sessions = await this.withOwner(async (manager) => {
      const user = await this.find(id, manager);
      this.owners.mayTouch(actor.roles, user.roles);
      const ended = await this.sessions.idsOf(id, manager);
      await this.edits.remove(manager, id);
      return ended;
    });
    await this.sessions.end(sessions);
  }

  /** Changes of users take turns, and see what the one before them wrote. */
  private withOwner<T>(change: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.users.manager.transaction((manager) => this.owners.keepOne(manager, () => change(manager)));
  }

  private async find(id: string, manager = this.users.manager): Promise<UserAccount> {
    const user = isId(id) ? await manager.findOneBy(UserAccount, { id }) : null;
    if (!user) throw new UserUnknown();
    return user;
  }
}
