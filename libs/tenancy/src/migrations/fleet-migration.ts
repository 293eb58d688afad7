import { Logger } from '@nestjs/common';
import type { OwnerDatabase } from '../control/owner-database.js';
import type { FleetMigrationResult, FleetOptions, TenantOutcome } from './fleet-options.js';
import { FleetWorker } from './fleet-worker.js';
import type { Stage } from './migration-stages.js';
import { BEHIND, COVERING, TenantClaims } from './tenant-claims.js';
import type { TenantMigrator } from './tenant-migrator.js';
import { FleetTally } from './fleet-tally.js';
import { waveSizes } from './wave.js';
import { WorkerConnection } from './worker-connection.js';

/** Tenants of one set, and what they lack. */
export interface FleetPlan {
  readonly tenants: number;
  readonly stages: readonly Stage[];
}

const CONCURRENCY = 4;
const LOCK_TIMEOUT = 2_000;
const ATTEMPTS = 5;
const HALT_AT = 0.2;

/**
 * Migrates every tenant that lacks something: several at once, wave after wave, on past those that fail. One query tells
 * whether anything is to do at all. Any number of processes may run it together; killed, the next run does the rest.
 */
export class FleetMigration {
  private readonly logger = new Logger('Migrations');

  constructor(
    private readonly owner: OwnerDatabase,
    private readonly migrator: TenantMigrator,
    private readonly names: readonly string[],
  ) {}

  async run(options: FleetOptions = {}): Promise<FleetMigrationResult> {
    const since = options.since ?? (await this.now());
    const total = await this.behind(options.slugs, since);
    if (total === 0 && !options.resumed)
      return { migrated: 0, failed: 0, failures: [], halted: false, behind: 0, waves: [] };
    const { waves = [], resumed } = options;
    const tally = resumed
      ? FleetTally.of(resumed, total)
      : new FleetTally(waveSizes(waves, total), options.haltAt ?? (waves.length > 0 ? HALT_AT : null));
    await this.migrateWaves(tally, options, since);
    if (tally.done > 0) this.logger.log(`Migrated ${tally.done} tenants.`);
    const behind = (await this.behind(options.slugs, since)) + tally.failed;
    const { done: migrated, failed, failures, isHalted: halted, waves: reached } = tally;
    return { migrated, failed, failures, halted, behind, waves: reached };
  }

  /** How many tenants lack a migration and have not failed since. */
  async behind(slugs: readonly string[] | undefined, since: Date): Promise<number> {
    return this.owner.withClient(async (client) => {
      const { rows } = await client.query<{ count: number }>(`${COVERING} SELECT count(*)::int AS count ${BEHIND}`, [
        this.names,
        slugs ?? null,
        since,
      ]);
      return rows[0]?.count ?? 0;
    });
  }

  /** The ways that the tenants who lack something would go, and how many go each. */
  async plan(slugs?: readonly string[]): Promise<FleetPlan[]> {
    const since = await this.now();
    return this.owner.withClient(async (client) => {
      const { rows } = await client.query<{ set: string | null; tenants: number }>(
        `${COVERING} SELECT t.migration_set AS set, count(*)::int AS tenants ${BEHIND} GROUP BY 1 ORDER BY 2 DESC, 1`,
        [this.names, slugs ?? null, since],
      );
      const plans: FleetPlan[] = [];
      for (const { set, tenants } of rows) plans.push({ tenants, stages: await this.migrator.stagesOf(client, set) });
      return plans;
    });
  }

  private async migrateWaves(tally: FleetTally, options: FleetOptions, since: Date): Promise<void> {
    const { concurrency = CONCURRENCY, lockTimeout = LOCK_TIMEOUT, statementTimeout = 0 } = options;
    const signal = options.signal ?? new AbortController().signal;
    const claims = new TenantClaims({ names: this.names, slugs: options.slugs, since }, signal);
    const workers = Math.max(1, Math.min(concurrency, tally.left));
    const connections = Array.from(
      { length: workers },
      () => new WorkerConnection({ url: this.owner.url, lockTimeout, statementTimeout }),
    );
    const shift = {
      claims,
      workers,
      attempts: options.attempts ?? ATTEMPTS,
      goesOn: () => !tally.isHalted && !signal.aborted,
      report: (outcome: TenantOutcome) => {
        tally.add(outcome);
        if (outcome.failure) this.warn(outcome.failure);
        options.onTenant?.(outcome);
        options.onProgress?.(tally.progress);
      },
    };
    const crew = connections.map((connection) => new FleetWorker(connection, this.migrator));
    try {
      while (shift.goesOn() && tally.hasWave) {
        const budget = { left: tally.budget };
        await Promise.all(crew.map((worker) => worker.work({ ...shift, budget })));
        tally.endWave();
      }
    } finally {
      await Promise.all(connections.map((connection) => connection.close()));
    }
  }

  private warn({ slug, migration, reason }: { slug: string; migration: string; reason: string }): void {
    this.logger.error(
      `Tenant ${slug} could not be migrated; this software answers it 503 until it is: ${migration}: ${reason}`,
    );
  }

  private now(): Promise<Date> {
    return this.owner.withClient(async (client) => {
      const { rows } = await client.query<{ now: Date }>('SELECT clock_timestamp() AS now');
      return rows[0]?.now ?? new Date();
    });
  }
}
