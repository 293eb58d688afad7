import type { SchemaSnapshot } from './schema-snapshot.js';
import type { RecordedStatement, TenantMigrationClass } from './tenant-migration.js';

/** Something about a migration that hurts tenants that are there. */
export interface LintFinding {
  readonly migration: string;
  readonly rule: string;
  /** What it is about, such as `note.title`. */
  readonly subject: string;
  readonly message: string;
  /** An error breaks the software of the release before; a warning locks tables. */
  readonly level: 'warning' | 'error';
}

/** A migration as lint sees it: what it says of itself, what it sent, what it changed. */
export interface LintedMigration {
  readonly name: string;
  readonly says: Pick<TenantMigrationClass, 'contracts' | 'allowDrop' | 'transaction'>;
  readonly statements: readonly RecordedStatement[];
  readonly before: SchemaSnapshot;
  readonly after: SchemaSnapshot;
  /** Names of the migrations before it. */
  readonly earlier: ReadonlySet<string>;
}

type Found = Omit<LintFinding, 'migration' | 'level'>;

const locking = /^\s*(LOCK\b|CLUSTER\b|VACUUM\b.*\bFULL\b|REINDEX\b(?!.*\bCONCURRENTLY\b))/i;

/**
 * What a migration does to tables that were there before it, read from the catalogue and not from its SQL. Tables that
 * it made itself are empty and nobody's yet.
 */
export function lintMigration(linted: LintedMigration): LintFinding[] {
  const { name: migration } = linted;
  const warnings = [
    ...rewrites(linted),
    ...notNulls(linted),
    ...constraints(linted),
    ...indexes(linted),
    ...locks(linted),
  ];
  const removed = isPrepared(linted) ? [] : removals(linted);
  return [
    ...warnings.map((found): LintFinding => ({ migration, level: 'warning', ...found })),
    ...removed.map((found): LintFinding => ({ migration, level: 'error', ...found })),
  ];
}

function isPrepared({ says, earlier }: LintedMigration): boolean {
  return Boolean(says.allowDrop?.trim()) || (says.contracts !== undefined && earlier.has(says.contracts));
}

function rewrites({ before, after }: LintedMigration): Found[] {
  return [...before.tables].flatMap(([id, { name, file }]) => {
    const now = after.tables.get(id);
    if (!now || now.file === file) return [];
    const message =
      'rewrites every row while nobody can read the table: add a new column without a volatile default, fill it in parts, and drop the old one in a later release';
    return [{ rule: 'rewrites-table', subject: name, message }];
  });
}

function notNulls({ before, after }: LintedMigration): Found[] {
  return [...after.columns].flatMap(([id, column]) => {
    const was = before.columns.get(id);
    const table = before.tables.get(column.table);
    if (!table || !column.required || was?.required) return [];
    const subject = `${table.name}.${column.name}`;
    if (!was) {
      const message = 'fails in every tenant that has rows: give it a default';
      return column.filled ? [] : [{ rule: 'required-without-default', subject, message }];
    }
    const proof = new RegExp(`^CHECK \\(\\("?${column.name}"? IS NOT NULL\\)\\)$`);
    const isProved = [...before.constraints.values()].some(
      (each) => each.table === column.table && each.validated && proof.test(each.definition),
    );
    const message =
      'reads the whole table under a lock: add CHECK (... IS NOT NULL) NOT VALID, validate it in another migration, then SET NOT NULL';
    return isProved ? [] : [{ rule: 'not-null-scans-table', subject, message }];
  });
}

function constraints({ before, after }: LintedMigration): Found[] {
  return [...after.constraints].flatMap(([id, { table, name, type, validated }]) => {
    const isOld = before.constraints.has(id) || !before.tables.has(table);
    if (isOld || !validated || !['c', 'f'].includes(type)) return [];
    const subject = `${before.tables.get(table)?.name}.${name}`;
    const message =
      'is checked for every row under a lock: add it NOT VALID, and VALIDATE CONSTRAINT in another migration';
    return [{ rule: 'constraint-scans-table', subject, message }];
  });
}

function indexes({ before, after, says }: LintedMigration): Found[] {
  if (says.transaction === false) return [];
  return [...after.indexes].flatMap(([id, { name, table }]) => {
    if (before.indexes.has(id) || !before.tables.has(table)) return [];
    const message =
      'is built while nobody can write the table: CREATE INDEX CONCURRENTLY in a migration with "transaction = false"';
    return [{ rule: 'index-blocks-writes', subject: `${before.tables.get(table)?.name}.${name}`, message }];
  });
}

function locks({ statements }: LintedMigration): Found[] {
  return statements.flatMap(({ sql }) => {
    if (!locking.test(sql)) return [];
    return [{ rule: 'locks-table', subject: sql.trim().slice(0, 60), message: 'holds a table against every request' }];
  });
}

const LATER =
  'the release before still uses it: stop using it in one release and name that migration as "contracts" here, or say in "allowDrop" why nobody does';

function removals({ before, after }: LintedMigration): Found[] {
  const tables = [...before.tables].flatMap(([id, { name }]): Found[] => {
    const now = after.tables.get(id);
    if (!now) return [{ rule: 'drops-table', subject: name, message: LATER }];
    return now.name === name ? [] : [{ rule: 'renames-table', subject: name, message: LATER }];
  });
  const columns = [...before.columns].flatMap(([id, { table, name }]): Found[] => {
    if (!after.tables.has(table)) return [];
    const subject = `${before.tables.get(table)?.name}.${name}`;
    const now = after.columns.get(id);
    if (!now) return [{ rule: 'drops-column', subject, message: LATER }];
    return now.name === name ? [] : [{ rule: 'renames-column', subject, message: LATER }];
  });
  return [...tables, ...columns];
}
