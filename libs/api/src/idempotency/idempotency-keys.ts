import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Clock } from '@tenantry/kernel';
import type { Repository } from 'typeorm';
import { isCausedBy } from '../problems/caused-by.js';
import { IdempotencyKeyInUse } from './idempotency.errors.js';
import { IdempotencyKey } from './idempotency-key.entity.js';
import type { KeptAnswer } from './sealed-answers.js';

/** How long an answer is given again, in milliseconds. */
const LIFETIME = 24 * 3600 * 1000;

/** Expired keys that each new one removes: more than one, so that they cannot gather. */
const SWEPT = 5;

const CLAIM = `
  WITH expired AS (
    DELETE FROM idempotency_key WHERE id IN (
      SELECT id FROM idempotency_key WHERE used_at < $3 AND id <> $1 ORDER BY used_at LIMIT ${SWEPT} FOR UPDATE SKIP LOCKED))
  INSERT INTO idempotency_key (id, used_at) SELECT $1, $2
  WHERE NOT EXISTS (SELECT FROM idempotency_key WHERE id = $1)
  ON CONFLICT DO NOTHING`;

const LOCK = 'SELECT fingerprint, answer, used_at FROM idempotency_key WHERE id = $1 FOR UPDATE NOWAIT';

/** SQLSTATE (Postgres manual, appendix A). */
const LOCK_NOT_AVAILABLE = '55P03';

/** The keys that callers of the current tenant have used. */
@Injectable()
export class IdempotencyKeys {
  constructor(
    @InjectRepository(IdempotencyKey) private readonly keys: Repository<IdempotencyKey>,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes the row of a key, if there is none, in a transaction of its own: a row can be locked without waiting only when
   * it is there for everybody. A row without an answer means nothing by itself.
   */
  async claim(id: string): Promise<void> {
    await this.keys.query(CLAIM, [id, this.clock.now(), this.expiry()]);
  }

  /**
   * Locks the key until the transaction ends and gives the answer that was kept, if it has not expired. A lock of the row
   * is the tenant's and this key's alone, ends with the connection of whoever holds it, and takes no room in the server's
   * lock table.
   *
   * @throws IDEMPOTENCY_KEY_IN_USE while another request holds it
   */
  async lock(id: string): Promise<KeptAnswer | undefined> {
    const [row] = await this.locked(id);
    // Claimed a moment ago and gone: it had expired and was swept.
    if (!row) throw inUse();
    const { fingerprint, answer, used_at: usedAt } = row;
    return fingerprint !== null && answer !== null && usedAt >= this.expiry() ? { fingerprint, answer } : undefined;
  }

  async keep(id: string, answer: KeptAnswer): Promise<void> {
    await this.keys.update({ id }, { ...answer, usedAt: this.clock.now() });
  }

  private async locked(id: string): Promise<Row[]> {
    try {
      return await this.keys.query<Row[]>(LOCK, [id]);
    } catch (error) {
      throw isCausedBy(error, LOCK_NOT_AVAILABLE) ? inUse(error) : error;
    }
  }

  private expiry(): Date {
    return new Date(this.clock.now().getTime() - LIFETIME);
  }
}

interface Row {
  readonly fingerprint: string | null;
  readonly answer: string | null;
  readonly used_at: Date;
}

const inUse = (cause?: unknown): Error => new IdempotencyKeyInUse({ cause, headers: { 'retry-after': '1' } });
