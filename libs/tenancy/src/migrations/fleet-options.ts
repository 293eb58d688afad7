import type { Wave } from './wave.js';

/** How a fleet is migrated. */
export interface FleetOptions {
  /** Tenants at once in this process, each on a connection of its own. Default 4. */
  readonly concurrency?: number;
  /** Milliseconds that a statement waits for a lock before it gives way to the tenant's requests. Default 2000. */
  readonly lockTimeout?: number;
  /** Milliseconds that a statement may take; 0, the default, for as long as it likes. */
  readonly statementTimeout?: number;
  /** How often a tenant is tried whose locks cannot be had. Default 5. */
  readonly attempts?: number;
  /** Canary waves; after them comes the rest. */
  readonly waves?: readonly Wave[];
  /** Rate of failures, 0 to 1, at which a run stops by itself. Default 0.2 with waves, never without. */
  readonly haltAt?: number;
  /** Only these tenants, by slug. */
  readonly slugs?: readonly string[];
  /** Failures since then belong to this run and are not tried again. Default: its start. */
  readonly since?: Date;
  /** What a run that was cut off had done. */
  readonly resumed?: FleetProgress;
  /** Stops after the tenants that are under way. */
  readonly signal?: AbortSignal;
  /** Called after each tenant. */
  readonly onProgress?: (progress: FleetProgress) => void;
  readonly onTenant?: (outcome: TenantOutcome) => void;
}

/** How far one wave is. */
export interface WaveProgress {
  readonly size: number;
  readonly done: number;
  readonly failed: number;
}

export interface FleetProgress {
  readonly done: number;
  readonly failed: number;
  readonly total: number;
  readonly waves: readonly WaveProgress[];
  /** Rate of failures at which it stops; null for never. */
  readonly haltAt: number | null;
}

/** What became of one tenant. */
export interface TenantOutcome {
  readonly slug: string;
  /** Names of the migrations applied. */
  readonly applied: readonly string[];
  readonly failure?: TenantFailure;
}

export interface TenantFailure {
  readonly slug: string;
  readonly migration: string;
  /** Postgres' words: for logs and the command line, not for HTTP. */
  readonly reason: string;
  /** Five characters (Postgres, appendix A), when Postgres said it. */
  readonly sqlState: string | null;
  readonly attempts: number;
}

export interface FleetMigrationResult {
  /** Tenants that this run brought to the newest shape. */
  readonly migrated: number;
  readonly failed: number;
  /** The first hundred. All of them are in `platform.migration_failure`. */
  readonly failures: readonly TenantFailure[];
  /** Whether it stopped by itself, because too many failed. */
  readonly halted: boolean;
  /** Tenants of this run that lack something still. */
  readonly behind: number;
  readonly waves: readonly WaveProgress[];
}
