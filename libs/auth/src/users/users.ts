import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Clock, isId, Page, type PageQuery, type UserPrincipal } from '@tenantry/kernel';
import { findPage, isUniqueViolation } from '@tenantry/tenancy';
import type { EntityManager, Repository } from 'typeorm';
import { Invitations } from '../invitations/invitations.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { Sessions } from '../sessions/sessions.js';
import { OwnerRules } from './owner-rules.js';
import { UserAccount } from './user-account.entity.js';
import { viewOf, type NewUser, type UserChange, type UserView } from './user.dto.js';
import { UserEmailTaken, UserUnknown } from './user.errors.js';

/** Users of the current tenant. */
@Injectable()
export class Users {
  constructor(
    @InjectRepository(UserAccount) private readonly users: Repository<UserAccount>,
    private readonly hasher: PasswordHasher,
    private readonly invitations: Invitations,
    private readonly sessions: Sessions,
    private readonly owners: OwnerRules,
  ) {}

  async list(query: PageQuery): Promise<Page<UserView>> {
    const { items, next } = await findPage(this.users, query);
    return new Page(items.map(viewOf), next);
  }

  async get(id: string): Promise<UserView> {
    return viewOf(await this.find(id));
  }

  /** @throws USER_EMAIL_TAKEN, USER_OWNER_PROTECTED */
  async create(actor: UserPrincipal, input: NewUser): Promise<UserView> {
    const roles = input.roles ?? ['member'];
    this.owners.mayTouch(actor.roles, roles);
    const passwordHash = input.password === undefined ? null : await this.hasher.hash(input.password);
    return this.insert({ email: input.email, name: input.name, roles, passwordHash });
  }

  /** Makes a user; without a password also the invitation that lets them choose one. */
  async insert(input: Pick<UserAccount, 'email' | 'roles' | 'passwordHash'> & { name?: string }): Promise<UserView> {
    const email = input.email.toLowerCase();
    try {
      return await this.users.manager.transaction(async (manager) => {
        const account = manager.create(UserAccount, { ...input, email, name: input.name ?? email });
        const user = await manager.save(account);
        const isInvited = user.passwordHash === null;
        return { ...viewOf(user), ...(isInvited && { invitation: await this.invitations.create(manager, user.id) }) };
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw new UserEmailTaken({ cause: error });
      throw error;
    }
  }

  /** @throws USER_UNKNOWN, USER_OWNER_PROTECTED, USER_LAST_OWNER */
  async change(actor: UserPrincipal, id: string, change: UserChange, clock: Clock): Promise<UserView> {
    const before = await this.find(id);
    this.owners.mayTouch(actor.roles, before.roles, change.roles);
    const user = await this.withOwner(async (manager) => {
      const now = clock.now();
      const disabledAt =
        change.disabled === undefined ? before.disabledAt : change.disabled ? (before.disabledAt ?? now) : null;
      return manager.save(Object.assign(before, withoutUndefined(change), { disabledAt }));
    });
    // Roles stand in the access token: who has others now signs in anew or refreshes.
    if (change.roles !== undefined || change.disabled === true) await this.sessions.endAllOf(id);
    return viewOf(user);
  }

  /** @throws USER_UNKNOWN, USER_OWNER_PROTECTED, USER_LAST_OWNER */
  async remove(actor: UserPrincipal, id: string): Promise<void> {
    const user = await this.find(id);
    this.owners.mayTouch(actor.roles, user.roles);
    await this.sessions.endAllOf(id);
    await this.withOwner((manager) => manager.delete(UserAccount, { id }));
  }

  private withOwner<T>(change: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.users.manager.transaction((manager) => this.owners.keepOne(manager, () => change(manager)));
  }

  private async find(id: string): Promise<UserAccount> {
    const user = isId(id) ? await this.users.findOneBy({ id }) : null;
    if (!user) throw new UserUnknown();
    return user;
  }
}

function withoutUndefined({ name, roles }: UserChange): Partial<UserAccount> {
  return { ...(name !== undefined && { name }), ...(roles !== undefined && { roles }) };
}
