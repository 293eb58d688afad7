import type { MigrationRun } from '../migration-runner.js';
import type { Send } from '../repeatable-statement.js';
import { parseSql } from '../sql-grammar.js';
import type { DeclaredMigration } from '../tenant-migration.js';
import type { LintFinding } from './lint-finding.js';
import { lintMigration } from './lint-migration.js';
import { takeSnapshot, type SchemaSnapshot } from './schema-snapshot.js';

/** Looks at a schema after each migration that runs in it, and tells what that one did. */
export class MigrationWatch {
  private constructor(
    private readonly schema: string,
    private before: SchemaSnapshot,
  ) {}

  /** @param send a statement, on any connection that sees the schema as it is before the first migration */
  static async begin(schema: string, send: Send): Promise<MigrationWatch> {
    return new MigrationWatch(schema, await takeSnapshot(send, schema));
  }

  /**
   * @param send on the connection on which the migration has run
   * @param earlier names of those that a release before may have brought
   */
  async look(
    migration: DeclaredMigration,
    run: MigrationRun,
    send: Send,
    earlier: ReadonlySet<string>,
  ): Promise<LintFinding[]> {
    const after = await takeSnapshot(send, this.schema);
    const texts = await Promise.all(run.statements.map(({ sql }) => parseSql(sql)));
    const statements = texts.flatMap((nodes) => nodes ?? []);
    const { name } = migration;
    const found = lintMigration({ name, says: migration.make(), statements, before: this.before, after, earlier });
    this.before = after;
    return found;
  }
}
