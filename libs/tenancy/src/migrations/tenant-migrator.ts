import type pg from 'pg';
import { tenantSchema, tenantSearchPath } from '../context/tenant-names.js';
import type { OwnerDatabase } from '../control/owner-database.js';
import { migrationSet, saveMigrationSet } from './migration-set.js';
import { runMigrations } from './migration-runner.js';
import { MigrationFault, type DeclaredMigration, type RecordedMigration } from './tenant-migration.js';

/**
 * Brings one tenant's schema to the newest shape: what it lacks, in the order of recording, each in the transaction that
 * also writes the ledger, so that a process that dies leaves a whole number of migrations.
 */
export class TenantMigrator {
  private readonly declared: ReadonlyMap<string, DeclaredMigration>;

  constructor(
    private readonly owner: OwnerDatabase,
    declared: readonly DeclaredMigration[],
    private readonly recorded: readonly RecordedMigration[],
  ) {
    this.declared = new Map(declared.map((migration) => [migration.name, migration]));
  }

  /** Names of the migrations it applied. Two processes at the same tenant take turns at its ledger row. */
  async migrate(tenantId: string): Promise<string[]> {
    const applied: string[] = [];
    for (;;) {
      const step = await this.owner.transaction((client) => this.applyRecorded(client, tenantId));
      applied.push(...step.applied);
      if (!step.dynamic) return applied;
      await this.applyDynamic(tenantId, step.dynamic);
      applied.push(step.dynamic);
    }
  }

  /** Applies recorded migrations up to the first dynamic one, whose name it gives. */
  private async applyRecorded(
    client: pg.PoolClient,
    tenantId: string,
  ): Promise<{ applied: string[]; dynamic?: string }> {
    const had = await lockLedger(client, tenantId);
    const missing = this.recorded.filter(({ name }) => !had.has(name));
    const stop = missing.findIndex(({ dynamic }) => dynamic);
    const batch = stop < 0 ? missing : missing.slice(0, stop);
    const dynamic = stop < 0 ? undefined : missing[stop]?.name;
    if (batch.length > 0) {
      await client.query(`SET LOCAL search_path = ${tenantSearchPath(tenantId)}; SET LOCAL lock_timeout = '10s'`);
      for (const migration of batch) await apply(client, migration);
      await writeLedger(client, tenantId, [...had, ...batch.map(({ name }) => name)]);
    } else if (had.size === 0) {
      await writeLedger(client, tenantId, had);
    }
    return { applied: batch.map(({ name }) => name), dynamic };
  }

  private async applyDynamic(tenantId: string, name: string): Promise<void> {
    const migration = this.declared.get(name);
    if (!migration) throw new MigrationFault(name, 'is dynamic and its module is not loaded.');
    await runMigrations(this.owner.url, tenantSchema(tenantId), [migration], async (_, __, runner) => {
      const client = (await runner.connect()) as pg.ClientBase;
      const had = await lockLedger(client, tenantId);
      if (had.has(name)) throw new MigrationFault(name, 'was applied by another process meanwhile; start again.');
      await writeLedger(client, tenantId, [...had, name]);
    });
  }
}

async function lockLedger(client: pg.ClientBase, tenantId: string): Promise<Set<string>> {
  const { rows } = await client.query<{ migrations: string[] | null }>(
    `SELECT (SELECT migrations FROM platform.migration_set s WHERE s.id = t.migration_set) AS migrations
     FROM platform.tenant t WHERE t.id = $1 FOR UPDATE OF t`,
    [tenantId],
  );
  return new Set(rows[0]?.migrations ?? []);
}

async function writeLedger(client: pg.ClientBase, tenantId: string, names: Iterable<string>): Promise<void> {
  const set = migrationSet(names);
  await saveMigrationSet(client, set);
  await client.query('UPDATE platform.tenant SET migration_set = $2 WHERE id = $1', [tenantId, set.id]);
}

/** Sends the SQL of a recorded migration; the caller has set the search path. */
export async function apply(client: pg.ClientBase, { name, statements }: RecordedMigration): Promise<void> {
  try {
    const batch = statements.every(({ parameters }) => !parameters);
    // A line of its own for each semicolon: a statement may end in a comment.
    if (batch) await client.query(statements.map(({ sql }) => sql).join('\n;\n'));
    else for (const { sql, parameters } of statements) await client.query(sql, parameters as unknown[] | undefined);
  } catch (error) {
    throw new MigrationFault(name, error instanceof Error ? error.message : String(error), error);
  }
}
