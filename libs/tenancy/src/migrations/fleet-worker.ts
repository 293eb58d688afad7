import { Announcements } from './announcements.js';
import { isConnectionLost, sqlStateOf, Tried, withRetries } from './migration-retry.js';
import { Pace } from './pace.js';
import type { Claim, TenantClaims } from './tenant-claims.js';
import { MigrationFault } from './tenant-migration.js';
import type { TenantMigrator } from './tenant-migrator.js';
import type { TenantFailure, TenantOutcome } from './fleet-options.js';
import type { WorkerConnection } from './worker-connection.js';

/** What the workers of one wave share. */
export interface Shift {
  readonly claims: TenantClaims;
  readonly budget: { left: number };
  readonly workers: number;
  readonly attempts: number;
  /** Whether to go on. */
  goesOn(): boolean;
  report(outcome: TenantOutcome): void;
}

/** Migrates one tenant after the other on one connection, on past those that fail. */
export class FleetWorker {
  private readonly announcements = new Announcements();
  private readonly pace = new Pace();

  constructor(
    private readonly connection: WorkerConnection,
    private readonly migrator: TenantMigrator,
  ) {}

  async work(shift: Shift): Promise<void> {
    try {
      for (;;) {
        const batch = await this.claim(shift);
        for (let next = 0; next < batch.length && shift.goesOn();) {
          const some = batch.slice(next, next + this.pace.size);
          next += some.length;
          await this.migrateSome(some, shift);
        }
        await this.announce();
        if (batch.length === 0 || !shift.goesOn()) return;
      }
    } finally {
      await this.announce();
    }
  }

  private async claim({ claims, budget, workers, attempts }: Shift): Promise<Claim[]> {
    const { value } = await withRetries(attempts, () =>
      this.connection.unlimited((client) => claims.next(client, budget, workers)),
    );
    return value;
  }

  private async migrateSome(tenants: readonly Claim[], shift: Shift): Promise<void> {
    const began = performance.now();
    const applied = tenants.length > 1 ? await this.together(tenants) : undefined;
    if (applied) {
      for (const tenant of tenants) {
        this.announcements.add(tenant, performance.now());
        shift.report({ slug: tenant.slug, applied });
      }
    } else {
      for (const tenant of tenants) if (shift.goesOn()) await this.migrate(tenant, shift);
    }
    this.pace.note(tenants.length, performance.now() - began);
    if (this.announcements.isDue(performance.now())) await this.announce();
  }

  /** The migrations of each; tenants that lack different ones go one by one. */
  private async together(tenants: readonly Claim[]): Promise<readonly string[] | undefined> {
    const isAlike = tenants.every(({ set }) => set === tenants[0]?.set);
    return isAlike ? this.migrator.migrateTogether(await this.connection.get(), tenants) : undefined;
  }

  private async migrate(tenant: Claim, shift: Shift): Promise<void> {
    const { slug } = tenant;
    try {
      const applied = await this.attempt(tenant, shift.attempts);
      // Nothing was left to do when another process came first.
      if (applied.length > 0) {
        this.announcements.add(tenant, performance.now());
        shift.report({ slug, applied });
      }
    } catch (error) {
      const failure = failureOf(slug, error);
      if (await this.record(tenant, failure)) shift.report({ slug, applied: [], failure });
    }
  }

  private async attempt({ id, set }: Claim, attempts: number): Promise<string[]> {
    let isFirst = true;
    const { value } = await withRetries(attempts, async () => {
      const client = await this.connection.get();
      const known = isFirst ? set : undefined; // a stage may have been done before the one that failed
      isFirst = false;
      return this.migrator.migrate(client, id, known);
    });
    return value;
  }

  /** @returns whether it failed: one that was purged meanwhile has not, and must not stop a run */
  private async record({ id }: Claim, { migration, reason, sqlState, attempts }: TenantFailure): Promise<boolean> {
    const { rowCount } = await this.connection.unlimited((client) =>
      client.query(
        `INSERT INTO platform.migration_failure (tenant_id, migration, reason, sql_state, attempts)
       SELECT id, $2, $3, $4, $5 FROM platform.tenant t WHERE id = $1
         AND NOT EXISTS (SELECT FROM platform.tenant_operation o
                         WHERE o.tenant_id = t.id AND o.kind = 'purge' AND o.status = 'running')
       ON CONFLICT (tenant_id) DO UPDATE SET migration = excluded.migration, reason = excluded.reason,
         sql_state = excluded.sql_state, attempts = excluded.attempts, failed_at = now()`,
        [id, migration, reason, sqlState, attempts],
      ),
    );
    return Boolean(rowCount);
  }

  private async announce(): Promise<void> {
    try {
      await this.connection.unlimited((client) => this.announcements.send(client));
    } catch (error) {
      if (!isConnectionLost(error)) throw error; // they hear of it within a minute
    }
  }
}

function failureOf(slug: string, error: unknown): TenantFailure {
  const cause = error instanceof Tried ? error.cause : error;
  const fault = cause instanceof MigrationFault ? cause : undefined;
  const origin = fault?.cause ?? cause;
  return {
    slug,
    migration: fault?.migration ?? '',
    reason: origin instanceof Error ? origin.message : String(origin),
    sqlState: sqlStateOf(cause) ?? null,
    attempts: error instanceof Tried ? error.attempts : 1,
  };
}
