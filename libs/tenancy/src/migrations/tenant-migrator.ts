import type pg from 'pg';
import { tenantSchema, tenantSearchPath } from '../context/tenant-names.js';
import { inTransaction, type OwnerDatabase } from '../control/owner-database.js';
import { sqlStateOf } from './migration-retry.js';
import { runMigrations } from './migration-runner.js';
import { saveMigrationSet } from './migration-set.js';
import { stagesFrom, type Stage } from './migration-stages.js';
import { runRepeatable } from './repeatable-statement.js';
import { MigrationFault, type DeclaredMigration, type RecordedMigration } from './tenant-migration.js';

/** Raised by `platform.advance_migration_set`: another process was at this tenant meanwhile. */
const MOVED_ON = 'TM001';
/** A tenant with the set that its schema had a moment ago. */
interface Known {
  readonly id: string;
  readonly set: string | null;
}

/** Milliseconds. */
const TOGETHER_LOCK_TIMEOUT = 50;

/** Tenant, set before, set afterwards, search_path. */
type Advance = [string, string | null, string, string];

const ADVANCE = 'SELECT platform.advance_migration_set($1, $2, $3, $4)';
/** The same of several tenants, without entering any. */
const ADVANCE_TOGETHER = 'SELECT platform.advance_migration_sets($1, $2, $3)';
const ENTER = `SELECT set_config('search_path', $1, true)`;

/**
 * Brings one schema, a tenant's or one that waits for a tenant, to the newest shape: what it lacks, in the order of recording, each stage in the transaction
 * that also writes the ledger, so that a process that dies leaves a whole number of migrations.
 */
export class TenantMigrator {
  private readonly declared: ReadonlyMap<string, DeclaredMigration>;
  /** By the set they begin with: tenants of one set go the same way. There are few sets. */
  private readonly stages = new Map<string | null, Promise<Stage[]>>();

  constructor(
    private readonly owner: OwnerDatabase,
    declared: readonly DeclaredMigration[],
    private readonly recorded: readonly RecordedMigration[],
  ) {
    this.declared = new Map(declared.map((migration) => [migration.name, migration]));
  }

  /**
   * Names of the migrations it applied. Two processes at the same tenant take turns at its ledger row.
   *
   * @param client the owner's, outside a transaction; its `lock_timeout` holds
   * @param known the tenant's set, where the caller has read it a moment ago
   */
  async migrate(client: pg.ClientBase, tenantId: string, known?: string | null): Promise<string[]> {
    const applied: string[] = [];
    let at = known === undefined ? await this.setOf(client, tenantId) : known;
    for (;;) {
      try {
        for (const stage of await this.stagesOf(client, at)) {
          await this.runStage(client, tenantId, stage);
          applied.push(...stage.migrations);
        }
        return applied;
      } catch (error) {
        if (!hasMovedOn(error)) throw error;
        at = await this.setOf(client, tenantId);
      }
    }
  }

  /** What a new schema gets in the transaction that makes it: all up to the first that cannot be in it. */
  get beginning(): { readonly migrations: readonly RecordedMigration[]; readonly isWhole: boolean } {
    const stop = this.recorded.findIndex(({ dynamic, transactional }) => dynamic || !transactional);
    const isWhole = stop < 0;
    return { migrations: isWhole ? this.recorded : this.recorded.slice(0, stop), isWhole };
  }

  /**
   * Several tenants in one transaction and one message, where each lacks one stage of plain SQL: for many small
   * migrations, whose commits would take most of the time. It gives way to requests almost at once, because all of
   * these tenants are locked together.
   *
   * @param tenants of one set
   * @returns what each got; undefined when nothing was done: try them one by one
   */
  async migrateTogether(client: pg.ClientBase, tenants: readonly Known[]): Promise<readonly string[] | undefined> {
    const [stage, ...more] = await this.stagesOf(client, tenants[0]?.set ?? null);
    if (stage?.kind !== 'text' || more.length > 0) return undefined;
    const ids = `{${tenants.map(({ id }) => id).join()}}`;
    const texts = [
      `SET LOCAL lock_timeout = ${TOGETHER_LOCK_TIMEOUT}`,
      literally(client, ADVANCE_TOGETHER, [ids, stage.from, stage.to.id]),
      ...tenants.map(({ id }) => `${literally(client, ENTER, [tenantSearchPath(id)])};\n${stage.text}`),
    ];
    try {
      await client.query(texts.join('\n;\n'));
      return stage.migrations;
    } catch {
      return undefined; // whoever is to blame is found one by one
    }
  }

  /** The way from a set to the newest shape. */
  stagesOf(client: pg.ClientBase, from: string | null): Promise<Stage[]> {
    const known = this.stages.get(from);
    if (known) return known;
    const planned = this.plan(client, from);
    this.stages.set(from, planned);
    planned.catch(() => this.stages.delete(from)); // told to who asked
    return planned;
  }

  private async plan(client: pg.ClientBase, from: string | null): Promise<Stage[]> {
    const { rows } = await client.query<{ migrations: string[] }>(
      'SELECT migrations FROM platform.migration_set WHERE id = $1',
      [from],
    );
    const stages = stagesFrom(from, rows[0]?.migrations ?? [], this.recorded);
    for (const { to } of stages) await saveMigrationSet(client, to);
    return stages;
  }

  private async setOf(client: pg.ClientBase, tenantId: string): Promise<string | null> {
    const { rows } = await client.query<{ set: string | null }>(
      `SELECT migration_set AS set FROM platform.tenant WHERE id = $1
       UNION ALL SELECT migration_set FROM platform.warm_schema WHERE id = $1`,
      [tenantId],
    );
    if (!rows[0]) throw new Error('The tenant is gone.');
    return rows[0].set;
  }

  /** Names the migration that fails: where several share a transaction, they are tried one by one. */
  private async runStage(client: pg.ClientBase, tenantId: string, stage: Stage): Promise<void> {
    const [name = '', ...more] = stage.migrations;
    try {
      await this.run(client, tenantId, stage);
    } catch (error) {
      if (hasMovedOn(error) || error instanceof MigrationFault) throw error;
      if (more.length > 0 && isOfOne(error)) return this.runSingly(client, tenantId, stage);
      throw new MigrationFault(name, error instanceof Error ? error.message : String(error), error);
    }
  }

  private async runSingly(client: pg.ClientBase, tenantId: string, stage: Stage): Promise<void> {
    const first = stage.to.migrations.filter((name) => !stage.migrations.includes(name));
    const those = this.recorded.filter(({ name }) => stage.migrations.includes(name));
    for (const single of stagesFrom(stage.from, first, those, true)) {
      await saveMigrationSet(client, single.to);
      await this.runStage(client, tenantId, single);
    }
  }

  private async run(client: pg.ClientBase, tenantId: string, stage: Stage): Promise<void> {
    const advance: Advance = [tenantId, stage.from, stage.to.id, tenantSearchPath(tenantId)];
    if (stage.kind === 'dynamic') return this.runDynamic(tenantId, stage.migrations, advance);
    if (stage.kind === 'outside') return runOutside(client, tenantId, stage, advance);
    if (stage.kind === 'text') {
      await client.query(this.messageOf(client, tenantId, stage));
      return;
    }
    await inTransaction(client, async () => {
      await client.query(ADVANCE, advance);
      for (const { sql, parameters } of stage.statements) await client.query(sql, parameters as unknown[] | undefined);
    });
  }

  /** One round trip and one transaction: statements of one message share an implicit one. */
  private messageOf(client: pg.ClientBase, tenantId: string, { from, to, text }: Stage): string {
    const advance: Advance = [tenantId, from, to.id, tenantSearchPath(tenantId)];
    return `${literally(client, ADVANCE, advance)};\n${text}`;
  }

  private async runDynamic(tenantId: string, [name = '']: readonly string[], advance: Advance): Promise<void> {
    const migration = this.declared.get(name);
    if (!migration) throw new MigrationFault(name, 'is dynamic and its module is not loaded.');
    await runMigrations(this.owner.url, tenantSchema(tenantId), [migration], async (_, __, runner) => {
      await runner.query(ADVANCE, advance);
    });
  }
}

/** Statement by statement, each done for good; the ledger afterwards. Killed between, all of it may run again. */
async function runOutside(client: pg.ClientBase, tenantId: string, stage: Stage, advance: Advance): Promise<void> {
  const send = async (sql: string, parameters?: unknown[]) =>
    (await client.query<Record<string, unknown>>(sql, parameters)).rows;
  // CONCURRENTLY waits for others and holds up nobody.
  await client.query(`SET search_path = ${tenantSearchPath(tenantId)}; SET lock_timeout = 0`);
  try {
    for (const { sql } of stage.statements) await runRepeatable(send, sql);
  } finally {
    await client.query('RESET search_path; RESET lock_timeout');
  }
  await client.query(ADVANCE, advance);
}

/** The simple protocol takes several statements and no parameters; these are ids and digests of our own. */
function literally(client: pg.ClientBase, sql: string, values: readonly (string | null)[]): string {
  const literal = (value?: string | null) => (value ? client.escapeLiteral(value) : 'NULL');
  return sql.replace(/\$(\d)/g, (_, place: string) => literal(values[Number(place) - 1]));
}

function hasMovedOn(error: unknown): boolean {
  return error instanceof Error && sqlStateOf(error) === MOVED_ON;
}

/** Whether a single migration is to blame, and not a lock, the time or the connection. */
function isOfOne(error: unknown): boolean {
  return /^(22|23|42|2B|0A|P0|38|39)/.test(sqlStateOf(error) ?? '');
}
