import type { LintFinding } from './lint/lint-finding.js';
import { migrationSet, type MigrationSet } from './migration-set.js';
import type { RecordedMigration, RecordedStatement } from './tenant-migration.js';

/** A part of the way from one set of migrations to the newest shape. It ends in a set of its own. */
export interface Stage {
  /** How it runs: as one text with the ledger, statement by statement in a transaction, as a class, or outside one. */
  readonly kind: 'text' | 'statements' | 'dynamic' | 'outside';
  readonly from: string | null;
  readonly to: MigrationSet;
  readonly migrations: readonly string[];
  readonly statements: readonly RecordedStatement[];
  /** What lint found in the migrations. */
  readonly findings: readonly LintFinding[];
  /** The statements as one text. */
  readonly text: string;
}

/**
 * The stages between a set and the newest shape, in the order of recording: as many migrations in each as can share a
 * transaction.
 *
 * @param single one migration in each, so that one that fails is known by name and those before it stay done
 */
export function stagesFrom(
  from: string | null,
  had: readonly string[],
  recorded: readonly RecordedMigration[],
  single = false,
): Stage[] {
  const names = new Set(had);
  const stages: Stage[] = [];
  let at = from;
  for (const group of groupsOf(
    recorded.filter(({ name }) => !names.has(name)),
    single,
  )) {
    for (const { name } of group) names.add(name);
    const to = migrationSet(names);
    const statements = group.flatMap(({ statements }) => statements);
    const migrations = group.map(({ name }) => name);
    const findings = group.flatMap(({ findings }) => findings);
    stages.push({ kind: kindOf(group), from: at, to, migrations, statements, findings, text: textOf(statements) });
    at = to.id;
  }
  // Without any migration the ledger is written all the same: null stands for a schema that is not made yet.
  if (stages.length === 0 && from === null)
    stages.push({ kind: 'text', from, to: migrationSet([]), migrations: [], statements: [], findings: [], text: '' });
  return stages;
}

/** A line of its own for each semicolon: a statement may end in a comment. */
export function textOf(statements: readonly RecordedStatement[]): string {
  return statements.map(({ sql }) => sql).join('\n;\n');
}

function groupsOf(missing: readonly RecordedMigration[], single: boolean): RecordedMigration[][] {
  const groups: RecordedMigration[][] = [];
  for (const migration of missing) {
    const last = groups.at(-1);
    const joins = !single && last?.every(isPlain) && isPlain(migration);
    if (last && joins) last.push(migration);
    else groups.push([migration]);
  }
  return groups;
}

function isPlain({ dynamic, transactional }: RecordedMigration): boolean {
  return !dynamic && transactional;
}

function kindOf(group: readonly RecordedMigration[]): Stage['kind'] {
  if (group.some(({ dynamic }) => dynamic)) return 'dynamic';
  if (group.some(({ transactional }) => !transactional)) return 'outside';
  const isText = group.every(({ statements }) => statements.every(({ parameters }) => !parameters));
  return isText ? 'text' : 'statements';
}
