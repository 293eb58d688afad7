import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { OwnerDatabase } from '../control/owner-database.js';
import { FleetMigration, type FleetPlan } from './fleet-migration.js';
import type { FleetMigrationResult, FleetOptions } from './fleet-options.js';
import { findingsAhead } from './lint/findings-ahead.js';
import { describeFinding, type LintFinding } from './lint/lint-finding.js';
import { replayMigrations } from './lint/migration-replay.js';
import { SchemaBuilder } from './schema-builder.js';
import { MigrationRecorder } from './migration-recorder.js';
import { migrationSet, type MigrationSet } from './migration-set.js';
import { TenantMigrator } from './tenant-migrator.js';
import { declareMigrations, type DeclaredMigration, type RecordedMigration } from './tenant-migration.js';

const LOCK_TIMEOUT = '10s';
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
  private recorded: readonly RecordedMigration[] = [];
  private builder?: SchemaBuilder;

  constructor(
    private readonly owner: OwnerDatabase,
    modules: Parameters<typeof declareMigrations>[0],
  ) {
    this.declared = declareMigrations(modules);
  }

  /**
   * Records what is new, in the reference schema, and says in the log what will hurt tenants that lack it.
   *
   * @throws MigrationFault naming the module and the migration
   */
  async prepare(): Promise<void> {
    const recorded = await new MigrationRecorder(this.owner).record(this.declared);
    this.names = recorded.map(({ name }) => name);
    this.use(recorded);
    const logger = new Logger('Migrations');
    for (const finding of await this.findings()) logger.warn(describeFinding(finding));
  }

  /** Takes what was recorded before and records nothing: tenants can be made only where nothing is new. */
  async read(): Promise<void> {
    const recorded = await new MigrationRecorder(this.owner).read(this.declared);
    this.names = this.declared.map(({ name }) => name);
    if (recorded.length === this.declared.length) this.use(recorded);
  }

  /** Brings one tenant's schema to the newest shape; the names of what was applied. */
  async migrateTenant(tenantId: string): Promise<string[]> {
    const migrator = this.prepared();
    return this.owner.withClient(async (client) => {
      await client.query(`SET lock_timeout = '${LOCK_TIMEOUT}'`);
      const applied = await migrator.migrate(client, tenantId);
      await client.query('RESET lock_timeout');
      return applied;
    });
  }

  /** Brings every tenant to the newest shape, past those that fail. */
  migrateAll(options?: FleetOptions): Promise<FleetMigrationResult> {
    return this.fleet().run(options);
  }

  /** What `migrateAll` would do, and for how many tenants; nothing is done to them. */
  plan(slugs?: readonly string[]): Promise<FleetPlan[]> {
    return this.fleet().plan(slugs);
  }

  /**
   * What is wrong with the migrations for tenants that are there; replays them all in a schema that is thrown away.
   *
   * @throws MigrationFault for one that does not run from nothing
   */
  lint(): Promise<LintFinding[]> {
    return replayMigrations(this.owner, this.declared);
  }

  /** What lint found, when they were recorded, in migrations that some tenant lacks. */
  findings(): Promise<LintFinding[]> {
    return findingsAhead(this.owner, this.recorded);
  }

  /** The set of names that schemas of the newest shape have at least. */
  get target(): MigrationSet {
    return migrationSet(this.names);
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
  get schemaMigrator(): TenantMigrator {
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

  /** What makes schemas that are no tenant's yet. */
  get schemaBuilder(): SchemaBuilder {
    if (!this.builder) throw new Error('TenantMigrations.prepare() has not run.');
    return this.builder;
  }

  private use(recorded: readonly RecordedMigration[]): void {
    this.recorded = recorded;
    this.migrator = new TenantMigrator(this.owner, this.declared, recorded);
    this.builder = new SchemaBuilder(this.owner, this.declared, recorded);
  }

  private fleet(): FleetMigration {
    return new FleetMigration(this.owner, this.prepared(), this.names);
  }

  private prepared(): TenantMigrator {
    if (!this.migrator) throw new Error('There are new tenant migrations: run `tenantry migrate` first.');
    return this.migrator;
  }
}
