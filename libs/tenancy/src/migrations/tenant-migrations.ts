import { Injectable } from '@nestjs/common';
import type { OwnerDatabase } from '../control/owner-database.js';
import { FleetMigration, type FleetMigrationResult } from './fleet-migration.js';
import { MigrationRecorder } from './migration-recorder.js';
import { TenantMigrator } from './tenant-migrator.js';
import { declareMigrations, type DeclaredMigration } from './tenant-migration.js';

/**
 * Tenant migrations of all modules: recorded once, applied to new tenants by provisioning and to existing ones at the
 * start and by `tenantry migrate`.
 *
 * @since 0.1.0
 */
@Injectable()
export class TenantMigrations {
  private readonly declared: readonly DeclaredMigration[];
  private readonly covering = new Map<string, boolean>();
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

  /** Whether a schema with this set of migrations has all that this process's code needs. */
  async covers(setId: string | null): Promise<boolean> {
    if (setId === null) return false;
    const known = this.covering.get(setId);
    if (known !== undefined) return known;
    const { rows } = await this.owner.withClient((client) =>
      client.query<{ covers: boolean }>(
        'SELECT migrations @> $2::text[] AS covers FROM platform.migration_set WHERE id = $1',
        [setId, this.names],
      ),
    );
    const covers = rows[0]?.covers ?? false;
    this.covering.set(setId, covers);
    return covers;
  }

  private prepared(): TenantMigrator {
    if (!this.migrator) throw new Error('TenantMigrations.prepare() has not run.');
    return this.migrator;
  }
}
