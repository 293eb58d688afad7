import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Clock, newId, Settings } from '@tenantry/kernel';
import { LessThan, type Repository } from 'typeorm';
import { sessionEnded } from '../auth.errors.js';
import type { TokenPairView } from '../tokens/token.dto.js';
import { UserAccount } from '../users/user-account.entity.js';
import { SessionRevocations } from './session-revocations.js';
import { SessionTokens } from './session-tokens.js';
import { UserSession } from './user-session.entity.js';

/** How long the token before the newest is still taken, in milliseconds: parallel requests of one client. */
const GRACE = 10_000;

/** Sign-ins of the current tenant's users: begun by a login, prolonged by refresh tokens, ended by a logout. */
@Injectable()
export class Sessions {
  private readonly ttl: number;

  constructor(
    @InjectRepository(UserSession) private readonly sessions: Repository<UserSession>,
    private readonly tokens: SessionTokens,
    private readonly revocations: SessionRevocations,
    private readonly clock: Clock,
    settings: Settings,
  ) {
    this.ttl = settings.get('TENANTRY_SESSION_TTL') * 1000;
  }

  async begin(user: UserAccount): Promise<TokenPairView> {
    const now = this.clock.now();
    const session = { id: newId(), userId: user.id, generation: 0, rotatedAt: now, expiresAt: this.until(now) };
    await this.sessions.delete({ userId: user.id, expiresAt: LessThan(now) });
    await this.sessions.insert(session);
    return this.tokens.pair(user, { sessionId: session.id, generation: 0 });
  }

  /**
   * The next pair of tokens. A token that was used before, other than by a parallel request, is taken for stolen and
   * ends the session (RFC 9700 section 4.14.2).
   *
   * @throws AUTH_SESSION_ENDED
   */
  async refresh(refreshToken: string): Promise<TokenPairView> {
    const claims = this.tokens.open(refreshToken);
    if (!claims) throw sessionEnded();
    const { sessionId } = claims;
    const generation =
      (await this.rotate(sessionId, claims.generation)) ?? (await this.regrant(sessionId, claims.generation));
    const user = generation === undefined ? null : await this.userOf(sessionId);
    if (generation === undefined || !user) {
      await this.end([sessionId]);
      throw sessionEnded();
    }
    return this.tokens.pair(user, { sessionId, generation });
  }

  /** Ends sessions and their access tokens at once. */
  async end(sessionIds: readonly string[]): Promise<void> {
    if (sessionIds.length === 0) return;
    await this.sessions.delete([...sessionIds]);
    await this.revocations.revoke(sessionIds);
  }

  /** Ends every session of a user. */
  async endAllOf(userId: string): Promise<void> {
    await this.end(await this.idsOf(userId));
  }

  async idsOf(userId: string, manager = this.sessions.manager): Promise<string[]> {
    const sessions = await manager.find(UserSession, { where: { userId }, select: { id: true } });
    return sessions.map(({ id }) => id);
  }

  /** Moves the session on if the token is its newest: one statement, so that of two at once one moves it. */
  private async rotate(id: string, generation: number): Promise<number | undefined> {
    const now = this.clock.now();
    const { affected } = await this.sessions
      .createQueryBuilder()
      .update()
      .set({ generation: generation + 1, rotatedAt: now, expiresAt: this.until(now) })
      .where('id = :id AND generation = :generation AND expires_at > :now', { id, generation, now })
      .execute();
    return affected ? generation + 1 : undefined;
  }

  /** The successor again, for a parallel request with the token before. */
  private async regrant(id: string, generation: number): Promise<number | undefined> {
    const session = await this.sessions.findOneBy({ id, generation: generation + 1 });
    const isParallel = session && this.clock.now().getTime() - session.rotatedAt.getTime() <= GRACE;
    return isParallel ? generation + 1 : undefined;
  }

  private async userOf(sessionId: string): Promise<UserAccount | null> {
    const user = await this.sessions.manager
      .createQueryBuilder(UserAccount, 'user')
      .innerJoin(UserSession, 'session', 'session.user_id = user.id')
      .where('session.id = :sessionId', { sessionId })
      .getOne();
    return user && !user.disabledAt ? user : null;
  }

  private until(now: Date): Date {
    return new Date(now.getTime() + this.ttl);
  }
}
