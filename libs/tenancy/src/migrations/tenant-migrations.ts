import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { OwnerDatabase } from '../control/owner-database.js';
import { FleetMigration, type FleetMigrationResult } from './fleet-migration.js';
import { MigrationRecorder } from './migration-recorder.js';
import { TenantMigrator } from './tenant-migrator.js';
import { declareMigrations, type DeclaredMigration } from './tenant-migration.js';

const NONE: ReadonlyMap<string, boolean> = new Map();

/** Different histories that are remembered; tenants with the same one share it. */
export const MOST_SETS = 1000;

/**
 * Tenant migrations of all modules: recorded once, applied to new tenants by provisioning and to existing ones at the
 * start and by `tenantry migrate`.
 *
 * @since 0.1.0
 */
@Injectable()
export class TenantMigrations {
  private readonly declared: readonly DeclaredMigration[];
  private readonly covering = new LRUCache<string, boolean>({ max: MOST_SETS });
  private migrator?: TenantMigrator;
  private names: readonly string[] = [];

  constructor(
    private readonly owner: OwnerDatabase,
    modules: Parameters<typeof declareMigrations>[0],
  ) {
    this.declared = declareMigrations(modules);
  }

  /**
   * Records what is new, in the reference schema.
   *
   * @throws MigrationFault naming the module and the migration
   */
  async prepare(): Promise<void> {
    const recorded = await new MigrationRecorder(this.owner).record(this.declared);
    this.names = recorded.map(({ name }) => name);
    this.migrator = new TenantMigrator(this.owner, this.declared, recorded);
  }

  /** Brings one tenant's schema to the newest shape; the names of what was applied. */
  migrateTenant(tenantId: string): Promise<string[]> {
    return this.prepared().migrate(tenantId);
  }

  /** Brings every tenant to the newest shape, past those that fail. */
  migrateAll(): Promise<FleetMigrationResult> {
    return new FleetMigration(this.owner, this.prepared(), this.names).run();
  }

  /** Sets of migrations that are remembered. */
  get knownSets(): number {
    return this.covering.size;
  }

  /** Names of all that this process's code needs. */
  get needed(): readonly string[] {
    return this.names;
  }

  /** What migrates single schemas, also those that wait for a tenant. */
  get schemas(): TenantMigrator {
    return this.prepared();
  }

  /** Whether a schema with this set of migrations has all that this process's code needs. */
  async covers(setId: string | null): Promise<boolean> {
    return setId !== null && (await this.covered([setId])).has(setId);
  }

  /** Those of the sets that have all that this process's code needs; at most one query, however many they are. */
  async covered(setIds: Iterable<string | null>): Promise<ReadonlySet<string>> {
    const asked = [...new Set(setIds)].filter((id) => id !== null);
    const unknown = asked.filter((id) => !this.covering.has(id));
    const compared = unknown.length > 0 ? await this.compare(unknown) : NONE;
    return new Set(asked.filter((id) => compared.get(id) ?? this.covering.get(id)));
  }

  /** What is learnt holds as long as the process: a set's id is the digest of its names. */
  private async compare(setIds: readonly string[]): Promise<ReadonlyMap<string, boolean>> {
    const { rows } = await this.owner.withClient((client) =>
      client.query<{ id: string; covers: boolean }>(
        'SELECT id, migrations @> $2::text[] AS covers FROM platform.migration_set WHERE id = ANY($1)',
        [setIds, this.names],
      ),
    );
    for (const { id, covers } of rows) this.covering.set(id, covers);
    return new Map(rows.map(({ id, covers }) => [id, covers]));
  }

  private prepared(): TenantMigrator {
    if (!this.migrator) throw new Error('TenantMigrations.prepare() has not run.');
    return this.migrator;
  }
}
