import { Injectable } from '@nestjs/common';
import { Clock, Settings } from '@tenantry/kernel';
import type { Notifications } from '@tenantry/tenancy';
import type { DataSource } from 'typeorm';

const CHANNEL = 'tenantry_session';

/**
 * Sessions that ended while an access token of theirs may still be valid. Access tokens are checked without a database;
 * this short list, told to every process, ends them at once all the same.
 */
@Injectable()
export class SessionRevocations {
  private readonly revoked = new Map<string, number>();
  private readonly ttl: number;

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    settings: Settings,
  ) {
    this.ttl = settings.get('TENANTRY_ACCESS_TOKEN_TTL') * 1000;
  }

  listen(notifications: Notifications): Promise<void> {
    return notifications.subscribe(CHANNEL, {
      connected: () => this.load(),
      disconnected: () => undefined, // what is known stays true; what was missed is read at the next connection
      notified: (sessionId) => this.add(sessionId, this.clock.now().getTime() + this.ttl),
    });
  }

  /** Sessions on the list; each leaves it when its last access token has expired. */
  get size(): number {
    return this.revoked.size;
  }

  isRevoked(sessionId: string): boolean {
    return this.revoked.has(sessionId);
  }

  /** Ends the access tokens of these sessions, in every process. */
  async revoke(sessionIds: readonly string[]): Promise<void> {
    if (sessionIds.length === 0) return;
    const until = this.clock.now().getTime() + this.ttl;
    await this.dataSource.query(
      `WITH old AS (DELETE FROM platform.revoked_session WHERE expires_at < now()),
            new AS (INSERT INTO platform.revoked_session (session_id, expires_at) SELECT unnest($1::uuid[]), $2
                    ON CONFLICT (session_id) DO NOTHING RETURNING session_id)
       SELECT pg_notify('${CHANNEL}', session_id::text) FROM new`,
      [sessionIds, new Date(until)],
    );
    for (const id of sessionIds) this.add(id, until);
  }

  private async load(): Promise<void> {
    const rows = await this.dataSource.query<{ session_id: string; expires_at: Date }[]>(
      'SELECT session_id, expires_at FROM platform.revoked_session WHERE expires_at > now()',
    );
    for (const { session_id, expires_at } of rows) this.add(session_id, expires_at.getTime());
  }

  /** The oldest entries stand first, so those that are over are found without a search. */
  private add(sessionId: string, until: number): void {
    this.revoked.set(sessionId, until);
    const now = this.clock.now().getTime();
    for (const [id, end] of this.revoked) {
      if (end > now) break;
      this.revoked.delete(id);
    }
  }
}
