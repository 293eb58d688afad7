import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { isUniqueViolation } from '@tenantry/tenancy';
import type { Repository } from 'typeorm';
import { Invitations } from '../invitations/invitations.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { UserAnnouncements } from './user-announcements.js';
import { UserAccount } from './user-account.entity.js';
import { viewOf, type UserView } from './user.dto.js';
import { UserEmailTaken } from './user.errors.js';

/** What a new account needs; its password may be hashed already. */
export interface NewAccount {
  readonly email: string;
  readonly name?: string;
  readonly roles: readonly string[];
  readonly password?: string;
  readonly passwordHash?: string | null;
}

/** Makes accounts in the current tenant. */
@Injectable()
export class NewAccounts {
  constructor(
    @InjectRepository(UserAccount) private readonly users: Repository<UserAccount>,
    private readonly hasher: PasswordHasher,
    private readonly invitations: Invitations,
    private readonly announcements: UserAnnouncements,
  ) {}

  /**
   * Makes a user; without a password also the invitation that lets them choose one.
   *
   * @throws USER_EMAIL_TAKEN
   */
  async create({ email, name, roles, password, passwordHash = null }: NewAccount): Promise<UserView> {
    const hash = password === undefined ? passwordHash : await this.hasher.hash(password);
    const row = {
      email: email.toLowerCase(),
      name: name ?? email.toLowerCase(),
      roles: [...roles],
      passwordHash: hash,
    };
    try {
      return await this.users.manager.transaction(async (manager) => {
        const user = await manager.save(manager.create(UserAccount, row));
        await this.announcements.created(manager, user, hash === null);
        return {
          ...viewOf(user),
          ...(hash === null && { invitation: await this.invitations.first(manager, user.id) }),
        };
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw new UserEmailTaken({ cause: error });
      throw error;
    }
  }
}
