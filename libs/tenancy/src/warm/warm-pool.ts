import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock, Settings } from '@tenantry/kernel';
import type pg from 'pg';
import type { OwnerDatabase } from '../control/owner-database.js';
import type { TenantDdl } from '../lifecycle/tenant-ddl.js';
import type { TenantMigrations } from '../migrations/tenant-migrations.js';
import { WarmMaker } from './warm-maker.js';
import { WarmSchemas } from './warm-schemas.js';

/** What operators see of the pool. */
export interface WarmPoolStatus {
  readonly ready: number;
  readonly floor: number;
  readonly ceiling: number;
  /** How many are meant to wait now. */
  readonly target: number;
  /** When this process last failed to fill it. */
  readonly lastFailureAt?: Date;
}

const INTERVAL = 30_000;
/** How long none may have been taken before others are made, so that making them does not compete with who takes them. */
const QUIET = 100;
/** Which part of what is meant to wait may be taken before others are made anyway. */
const RESERVE = 0.5;
/** Schemas in one transaction: each of their tables holds a few locks until it ends. */
const BATCH = 5;
/** Connections that make them where many are missing. */
const HANDS = 2;
/** Advisory lock of the one process that fills the pool. */
export const WARM_POOL_LOCK = [0x7e4d, 1] as const;

/**
 * Keeps empty, migrated schemas waiting for tenants: as many as tenants were made lately, between a floor and a
 * ceiling. A lock lets one process fill it at a time.
 *
 * @since 0.1.0
 */
@Injectable()
export class WarmPool implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('WarmPool');
  private readonly schemas: WarmSchemas;
  private readonly maker: WarmMaker;
  private filling: Promise<void> = Promise.resolve();
  private timers: NodeJS.Timeout[] = [];
  private soon?: NodeJS.Timeout;
  /** How many were taken here since the last round. */
  private taken = 0;
  /** How many were meant to wait at the last round. */
  private wanted = 0;
  private lastFailureAt?: Date;
  private isStopped = false;

  constructor(
    private readonly owner: OwnerDatabase,
    ddl: TenantDdl,
    private readonly migrations: TenantMigrations,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {
    this.schemas = new WarmSchemas(owner, ddl);
    this.maker = new WarmMaker(this.schemas, ddl, migrations);
  }

  onApplicationBootstrap(): void {
    if (!this.isOn) return;
    // Not at once: the start itself comes first.
    this.timers = [
      setTimeout(() => void this.fill(), 1000).unref(),
      setInterval(() => void this.fill(), INTERVAL).unref(),
    ];
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    for (const timer of this.timers) clearTimeout(timer);
    clearTimeout(this.soon);
    await this.filling;
  }

  /** Id of a schema that now belongs to the caller, or undefined when none waits. */
  async claim(): Promise<string | undefined> {
    if (!this.isOn) return undefined;
    const id = await this.schemas.claim(this.migrations.needed);
    if (id === undefined) this.fillSoon();
    return id;
  }

  /** Gives back what was claimed and has not been entered. */
  release(id: string): Promise<void> {
    return this.schemas.release(id);
  }

  /** Drops what was claimed, unless it became a tenant's. */
  async discard(id: string): Promise<void> {
    this.fillSoon();
    await this.schemas.discard(id);
  }

  async status(): Promise<WarmPoolStatus> {
    const { ready, demand } = await this.schemas.count(this.migrations.needed);
    const { floor, ceiling, lastFailureAt } = this;
    return { ready, floor, ceiling, target: this.targetFor(demand), ...(lastFailureAt && { lastFailureAt }) };
  }

  /** One round: drops what nobody will use, migrates what is behind, makes what is missing. Rounds take turns. */
  fill(): Promise<void> {
    this.filling = this.filling.then(() => this.attempt());
    return this.filling;
  }

  private get isOn(): boolean {
    return this.ceiling > 0;
  }

  private get ceiling(): number {
    return this.settings.get('TENANTRY_WARM_POOL_MAX');
  }

  private get floor(): number {
    return Math.min(this.settings.get('TENANTRY_WARM_POOL_MIN'), this.ceiling);
  }

  private targetFor(demand: number): number {
    return Math.min(Math.max(this.floor, demand), this.ceiling);
  }

  /** One became a tenant's: another takes its place, when nobody has taken one for a moment or few are left. */
  fillSoon(): void {
    const hasFailed = this.lastFailureAt && this.clock.now().getTime() - this.lastFailureAt.getTime() < INTERVAL;
    if (this.isStopped || hasFailed) return; // what failed is tried again by the next regular round
    this.taken += 1;
    if (!this.soon) {
      this.soon = setTimeout(() => {
        this.soon = undefined;
        void this.fill();
      }, QUIET).unref();
    } else if (this.taken < this.wanted * RESERVE) this.soon.refresh();
  }

  private async attempt(): Promise<void> {
    if (this.isStopped) return;
    try {
      await this.owner.withOperationClient(async (client) => {
        const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS locked', [
          ...WARM_POOL_LOCK,
        ]);
        if (!rows[0]?.locked) return; // another process is at it
        await this.round(client);
        await client.query('SELECT pg_advisory_unlock($1, $2)', [...WARM_POOL_LOCK]);
      });
    } catch (error) {
      this.lastFailureAt = this.clock.now();
      this.logger.error(`The pool of schemas could not be filled: ${String(error)}`); // the connection is closed, and with it the lock
    }
  }

  private async round(client: pg.ClientBase): Promise<void> {
    const { needed } = this.migrations;
    this.taken = 0;
    const { demand } = await this.schemas.count(needed);
    for (const id of await this.schemas.abandoned(this.targetFor(demand))) await this.schemas.discard(id);
    for (const id of await this.schemas.stale(needed)) await this.renew(client, id);
    while (!this.isStopped) {
      const { ready, claimed, demand: now } = await this.schemas.count(needed);
      this.wanted = this.targetFor(now);
      const missing = this.wanted - ready - claimed; // a claim may be given back; if not, we are told
      if (missing <= 0) return;
      const helped = Math.max(0, Math.min(missing - BATCH, BATCH * (HANDS - 1)));
      await settled([this.maker.make(client, Math.min(missing, BATCH)), this.help(helped)]);
    }
  }

  /** Makes some beside what makes the others. */
  private async help(count: number): Promise<void> {
    if (count > 0) await this.owner.withOperationClient((client) => this.maker.make(client, count));
  }

  private async renew(client: pg.ClientBase, id: string): Promise<void> {
    try {
      await this.maker.renew(client, id);
    } catch (error) {
      this.logger.warn(`A waiting schema could not be migrated and is dropped: ${String(error)}`);
      await this.schemas.discard(id);
    }
  }
}

/** Waits for all, so that nothing is still using a connection that is given back; then throws what the first threw. */
async function settled(works: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(works)) if (result.status === 'rejected') throw result.reason;
}
