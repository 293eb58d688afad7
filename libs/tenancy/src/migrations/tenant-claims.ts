import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';

/** A tenant that this process may migrate now. */
export interface Claim {
  readonly id: string;
  readonly slug: string;
  readonly set: string | null;
}

interface Row extends Claim {
  /** Whether it is this run's to try. */
  readonly open: boolean;
  readonly claimed: boolean;
}

/** Which tenants a run is about. */
export interface ClaimScope {
  /** Names of all migrations that a schema must have. */
  readonly names: readonly string[];
  /** Only these, by slug. */
  readonly slugs?: readonly string[];
  /** Those that failed since are not tried again in this run, whichever process tried them. */
  readonly since: Date;
}

/** Key space of the advisory locks by which processes share a fleet. */
const CLAIM_SPACE = 0x7e4b;
/** Tenants asked about at once: one query for many of them, few enough to be left to others when this process dies. */
const BATCH = 25;
const ELSEWHERE_PAUSE = 200;

/** Of a tenant t: it has not failed since ($3), and nobody is purging it. */
const OPEN = `
  NOT EXISTS (SELECT FROM platform.migration_failure f WHERE f.tenant_id = t.id AND f.failed_at >= $3)
  AND NOT EXISTS (SELECT FROM platform.tenant_operation o
                  WHERE o.tenant_id = t.id AND o.kind = 'purge' AND o.status = 'running')`;

/**
 * Tenants of this scope ($1 names, $2 slugs or null, $3 since) whose schema lacks a migration. Those being made and those
 * being purged are left to the operations that are at it.
 */
export const BEHIND = `
  FROM platform.tenant t
  WHERE NOT EXISTS (SELECT FROM covering c WHERE c.id = t.migration_set)
    AND t.status <> 'provisioning' AND ($2::text[] IS NULL OR t.slug = ANY($2)) AND ${OPEN}`;
export const COVERING =
  'WITH covering AS MATERIALIZED (SELECT id FROM platform.migration_set WHERE migrations @> $1::text[])';

/** The next of them after $4, $5 at a time, also such as are not open. */
const LOOK = `
  SELECT id, slug, set, open,
         CASE WHEN open THEN pg_try_advisory_lock(${CLAIM_SPACE}, hashtext(id::text)) ELSE false END AS claimed
  FROM (
    SELECT id, slug, migration_set AS set, ${OPEN} AS open FROM platform.tenants_behind($1::text[], $2::text[], $4, $5) t
  ) found`;

/**
 * Hands out tenants to the workers of all processes: each has a few at a time, held by session locks that end with its
 * connection. The ledger alone decides what is applied; the locks keep processes from standing in line for one tenant.
 */
export class TenantClaims {
  private after = '00000000-0000-0000-0000-000000000000';
  private turn: Promise<unknown> = Promise.resolve();
  private foundInPass = 0;
  private claimedInPass = 0;

  constructor(
    private readonly scope: ClaimScope,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * A few tenants, locked on this connection instead of those before. None when there is nothing left, also not with
   * other processes. Workers take turns, so that none asks about what another is just getting.
   *
   * @param budget how many more may be taken; what is given is subtracted
   */
  next(client: pg.ClientBase, budget: { left: number }, workers: number): Promise<Claim[]> {
    const next = this.turn.then(() => this.claim(client, budget, workers));
    this.turn = next.catch(() => undefined); // told to who asked
    return next;
  }

  private async claim(client: pg.ClientBase, budget: { left: number }, workers: number): Promise<Claim[]> {
    await client.query('SELECT pg_advisory_unlock_all()');
    while (budget.left > 0 && !this.signal.aborted) {
      const rows = await this.look(client, Math.min(BATCH, Math.ceil(budget.left / workers)));
      const claims = rows.filter(({ claimed }) => claimed);
      this.foundInPass += rows.filter(({ open }) => open).length;
      this.claimedInPass += claims.length;
      budget.left -= claims.length;
      if (claims.length > 0) return claims;
      if (rows.length === 0 && !(await this.beginAnew())) return [];
    }
    return [];
  }

  private async look(client: pg.ClientBase, limit: number): Promise<Row[]> {
    const { names, slugs, since } = this.scope;
    const { rows } = await client.query<Row>(LOOK, [names, slugs ?? null, since, this.after, limit]);
    this.after = rows.at(-1)?.id ?? this.after;
    return rows;
  }

  /** Another pass, as long as the one before met any: others may have failed or died at those that they held. */
  private async beginAnew(): Promise<boolean> {
    if (this.foundInPass === 0) return false;
    if (this.claimedInPass === 0) await pause(ELSEWHERE_PAUSE);
    this.after = '00000000-0000-0000-0000-000000000000';
    this.foundInPass = 0;
    this.claimedInPass = 0;
    return true;
  }
}
