import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock, newId } from '@tenantry/kernel';
import { DataSource, MoreThan, type EntityManager } from 'typeorm';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { UserAnnouncements } from '../users/user-announcements.js';
import { UserAccount } from '../users/user-account.entity.js';
import { viewOf, type InvitationView, type UserView } from '../users/user.dto.js';
import type { InvitationAcceptance } from './invitation.dto.js';
import { Invitation } from './invitation.entity.js';
import { InvitationLinks } from './invitation-links.js';
import { InvitationInvalid } from './invitation.errors.js';

/** Invitations of the current tenant: only a digest of the token is kept. */
@Injectable()
export class Invitations {
  constructor(
    private readonly dataSource: DataSource,
    private readonly hasher: PasswordHasher,
    private readonly links: InvitationLinks,
    private readonly clock: Clock,
    private readonly announcements: UserAnnouncements,
  ) {}

  /** A new invitation; one that the user had before is void. */
  async create(manager: EntityManager, userId: string): Promise<InvitationView> {
    await manager.delete(Invitation, { userId });
    const invitation = await this.first(manager, userId);
    await this.announcements.invited(manager, userId, invitation.expiresAt);
    return invitation;
  }

  /** The invitation of a user who has had none. */
  async first(manager: EntityManager, userId: string): Promise<InvitationView> {
    const token = randomBytes(32).toString('base64url');
    const expiresAt = this.links.expiry();
    await manager.insert(Invitation, { id: newId(), userId, tokenHash: digest(token), expiresAt });
    return { token, url: this.links.of(token), expiresAt };
  }

  /**
   * Sets the invited user's password. One statement takes the invitation, so that of two at once one succeeds.
   *
   * @throws INVITATION_INVALID
   */
  async accept({ token, password, name }: InvitationAcceptance): Promise<UserView> {
    const tokenHash = digest(token);
    const where = { tokenHash, expiresAt: MoreThan(this.clock.now()) };
    if (!(await this.dataSource.manager.existsBy(Invitation, where))) throw new InvitationInvalid();
    const passwordHash = await this.hasher.hash(password);
    return this.dataSource.transaction(async (manager) => {
      const invitation = await manager.findOneBy(Invitation, where);
      const taken = await manager.delete(Invitation, { tokenHash });
      if (!invitation || !taken.affected) throw new InvitationInvalid();
      const user = await manager.findOneByOrFail(UserAccount, { id: invitation.userId });
      if (user.disabledAt) throw new InvitationInvalid();
      const accepted = await manager.save(Object.assign(user, { passwordHash, name: name ?? user.name }));
      await this.announcements.accepted(manager, user.id);
      return viewOf(accepted);
    });
  }
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
