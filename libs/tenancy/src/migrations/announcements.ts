import type pg from 'pg';
import { encodeChange, TENANT_CHANNEL } from '../registry/tenant-change.js';
import type { Claim } from './tenant-claims.js';

/** Milliseconds that a migrated tenant is kept for the next announcement at most, while others are migrated. */
const LONGEST = 200;

/**
 * Tells every process which tenants have changed: several in one statement after their commits, because a notification
 * in each commit would make all commits of the server wait for each other. What dies unsaid is heard of when the
 * processes' memory of the tenant ends, within a minute.
 */
export class Announcements {
  private pending: string[] = [];
  private since = 0;

  add({ id, slug }: Claim, now: number): void {
    if (this.pending.length === 0) this.since = now;
    this.pending.push(encodeChange({ id, slugs: [slug] }));
  }

  isDue(now: number): boolean {
    return this.pending.length > 0 && now - this.since >= LONGEST;
  }

  async send(client: pg.ClientBase): Promise<void> {
    const changes = this.pending;
    if (changes.length === 0) return;
    this.pending = [];
    await client.query('SELECT pg_notify($1, change) FROM unnest($2::text[]) change', [TENANT_CHANNEL, changes]);
  }
}
