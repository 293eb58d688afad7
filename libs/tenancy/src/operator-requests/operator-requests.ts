import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Clock } from '@tenantry/kernel';
import pg from 'pg';
import type { Repository } from 'typeorm';
import { openPool } from '../control/owner-database.js';
import type { OperatorRequestEntity } from './operator-request.entity.js';
import type { KeyedRequest } from './request-effect.js';

/** How long an answer is given again, in milliseconds. */
const LIFETIME = 24 * 3600 * 1000;

/** Expired requests that each new one removes: more than one, so that they cannot gather. */
const SWEPT = 100;

const BEGIN = `
  WITH expired AS (
    DELETE FROM platform.operator_request WHERE id IN (
      SELECT id FROM platform.operator_request WHERE used_at < $4 AND id <> $1
      ORDER BY used_at LIMIT ${SWEPT} FOR UPDATE SKIP LOCKED))
  INSERT INTO platform.operator_request AS request (id, fingerprint, used_at) VALUES ($1, $2, $3)
  ON CONFLICT (id) DO UPDATE
    SET fingerprint = EXCLUDED.fingerprint, used_at = EXCLUDED.used_at, effect = NULL, answer = NULL
    WHERE request.used_at < $4 OR (request.answer IS NULL AND request.effect IS NULL)`;

/** What is known of a request with a key. */
export interface BegunRequest extends KeyedRequest {
  readonly fingerprint: string;
  readonly answer: string | null;
}

/**
 * The requests that operators sent with an Idempotency-Key. What they do may span several transactions, and some of it as
 * another role: so the key is held by a lock on a connection of its own, and each transaction notes what it made.
 */
@Injectable()
export class OperatorRequests implements OnApplicationShutdown {
  private readonly pool: pg.Pool;

  /** @param url connection string of the platform's login */
  constructor(
    url: string,
    private readonly requests: Repository<OperatorRequestEntity>,
    private readonly clock: Clock,
  ) {
    this.pool = openPool(url, 'tenantry keys');
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }

  /**
   * Does the work while no other process does any under this key. The hold ends with the connection, and so with the
   * process.
   *
   * @param id digest, base64url
   * @returns what the work gives, or undefined while another holds the key
   */
  async hold<T extends object>(id: string, work: () => Promise<T>): Promise<T | undefined> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      const sql = 'SELECT pg_try_advisory_xact_lock($1) AS held';
      const { rows } = await client.query<{ held: boolean }>(sql, [lockOf(id)]);
      return rows[0]?.held ? await work() : undefined;
    } finally {
      await client.query('ROLLBACK').then(
        () => client.release(),
        () => client.release(true), // a lost connection has lost its lock, too; what was done is noted all the same
      );
    }
  }

  /** Begins a request, or tells what is known of it if it has made something or was answered within the last day. */
  async begin(id: string, fingerprint: string): Promise<BegunRequest> {
    const now = this.clock.now();
    await this.requests.query(BEGIN, [id, fingerprint, now, new Date(now.getTime() - LIFETIME)]);
    const row = await this.requests.findOneByOrFail({ id });
    return { id, fingerprint: row.fingerprint, earlier: row.effect, answer: row.answer };
  }

  async keep(id: string, answer: string): Promise<void> {
    await this.requests.update({ id }, { answer, usedAt: this.clock.now() });
  }
}

/** Of the digest's bits as many as a lock's key has: two that meet wait for each other, and no more. */
function lockOf(id: string): bigint {
  return Buffer.from(id, 'base64url').readBigInt64BE();
}
