import pg from 'pg';
import type { OwnerDatabase } from '../control/owner-database.js';
import { EXTENSIONS_SCHEMA } from '../context/tenant-names.js';
import { runMigrations } from './migration-runner.js';
import { runRepeatable } from './repeatable-statement.js';
import { sendMigration } from './send-migration.js';
import { MigrationFault, type DeclaredMigration, type RecordedMigration } from './tenant-migration.js';

/**
 * Gives a schema that is no tenant's yet the shape of some migrations. Which ones it has stands in the schema's comment,
 * written in the same transactions, so that a process that takes over goes on.
 */
export class SchemaBuilder {
  private readonly declared: ReadonlyMap<string, DeclaredMigration>;

  constructor(
    private readonly owner: OwnerDatabase,
    declared: readonly DeclaredMigration[],
    private readonly recorded: readonly RecordedMigration[],
  ) {
    this.declared = new Map(declared.map((migration) => [migration.name, migration]));
  }

  /** Names that no module of this process brings. */
  unknown(names: readonly string[]): string[] {
    const known = new Set(this.recorded.map(({ name }) => name));
    return names.filter((name) => !known.has(name));
  }

  /**
   * Applies what is missing, in the order of recording.
   *
   * @param wanted all that this process knows when absent
   */
  async build(schema: string, wanted?: readonly string[]): Promise<void> {
    const names = wanted && new Set(wanted);
    const all = this.recorded.filter(({ name }) => !names || names.has(name));
    for (;;) {
      const had = new Set(await this.applied(schema));
      const missing = all.filter(({ name }) => !had.has(name));
      const [first] = missing;
      if (!first) return;
      if (first.dynamic) await this.applyDynamic(schema, first.name, had);
      else if (!first.transactional) await this.applyOutside(schema, first, had);
      else await this.applyRecorded(schema, missing, had);
    }
  }

  /** What a schema that was built here has. */
  applied(schema: string): Promise<string[]> {
    return this.owner.withClient(async (client) => {
      const { rows } = await client.query<{ comment: string | null }>(
        `SELECT obj_description(to_regnamespace($1), 'pg_namespace') AS comment`,
        [schema],
      );
      return rows[0]?.comment ? (JSON.parse(rows[0].comment) as string[]) : [];
    });
  }

  private async applyRecorded(schema: string, missing: readonly RecordedMigration[], had: Set<string>): Promise<void> {
    const stop = missing.findIndex(({ dynamic, transactional }) => dynamic || !transactional);
    const batch = stop < 0 ? missing : missing.slice(0, stop);
    await this.owner.transaction(async (client) => {
      await client.query(`SET LOCAL search_path = ${schema}, ${EXTENSIONS_SCHEMA}, pg_temp`);
      for (const migration of batch) await sendMigration(client, migration);
      await client.query(noteSql(schema, [...had, ...batch.map(({ name }) => name)]));
    });
  }

  /** Statement by statement; killed between, all of it may run again. */
  private applyOutside(schema: string, { name, statements }: RecordedMigration, had: Set<string>): Promise<void> {
    return this.owner.withClient(async (client) => {
      const send = async (sql: string, parameters?: unknown[]) =>
        (await client.query<Record<string, unknown>>(sql, parameters)).rows;
      await client.query(`SET search_path = ${schema}, ${EXTENSIONS_SCHEMA}, pg_temp`);
      for (const { sql } of statements) await runRepeatable(send, sql);
      await client.query('RESET search_path');
      await client.query(noteSql(schema, [...had, name]));
    });
  }

  private async applyDynamic(schema: string, name: string, had: Set<string>): Promise<void> {
    const migration = this.declared.get(name);
    if (!migration) throw new MigrationFault(name, 'is dynamic and its module is not loaded.');
    await runMigrations(this.owner.url, schema, [migration], async (_, __, runner) => {
      await runner.query(noteSql(schema, [...had, name]));
    });
  }
}

function noteSql(schema: string, names: readonly string[]): string {
  return `COMMENT ON SCHEMA ${schema} IS ${pg.escapeLiteral(JSON.stringify(names))}`;
}
