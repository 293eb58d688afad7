import type { Node } from '../sql-grammar.js';
import type { Found } from './lint-finding.js';
import type { LintedMigration } from './linted-migration.js';

type Relation = { readonly relname?: string } | undefined;

/** What holds a table and leaves no trace in the catalogue. */
export function locks({ statements }: LintedMigration): Found[] {
  return statements.flatMap((node) => {
    const name = lockOf(node);
    if (name === undefined) return [];
    return [{ rule: 'locks-table', subject: name, message: 'holds a table against every request' }];
  });
}

/** Tenants get migrations that are new together in one transaction, so the lock of the one before would be held. */
export function validations({ statements, says }: LintedMigration): Found[] {
  if (says.transaction === false) return [];
  const message =
    'reads the whole table in a transaction that may hold it: VALIDATE CONSTRAINT in a migration with "transaction = false"';
  return statements.flatMap((node) =>
    commandsOf(node)
      .filter(({ subtype }) => subtype === 'AT_ValidateConstraint')
      .map(({ name = '' }) => ({ rule: 'validates-in-transaction', subject: `${tableOf(node)}.${name}`, message })),
  );
}

/** Rows of a table that was there, changed while the same migration holds that table against everybody. */
export function changedRows({ statements, before }: LintedMigration): Found[] {
  const known = new Set([...before.tables.values()].map(({ name }) => name));
  const altered = new Set(statements.filter((node) => commandsOf(node).length > 0).map(tableOf));
  const message =
    'changes rows while nobody can read the table, because the migration has altered it: fill it in a migration of the next release, in parts';
  const changed = statements.flatMap(writtenBy).filter((table) => known.has(table) && altered.has(table));
  return [...new Set(changed)].map((subject) => ({ rule: 'changes-rows-under-lock', subject, message }));
}

/** Undefined for a statement that locks nothing for long. */
function lockOf(node: Node): string | undefined {
  if ('LockStmt' in node) return (node.LockStmt.relations ?? []).map(nameOf).join(', ');
  if ('ClusterStmt' in node) return named(node.ClusterStmt.relation);
  if ('RefreshMatViewStmt' in node)
    return node.RefreshMatViewStmt.concurrent ? undefined : named(node.RefreshMatViewStmt.relation);
  if ('ReindexStmt' in node)
    return has(node.ReindexStmt.params, 'concurrently') ? undefined : named(node.ReindexStmt.relation);
  if ('VacuumStmt' in node && has(node.VacuumStmt.options, 'full'))
    return (node.VacuumStmt.rels ?? [])
      .map((rel) => ('VacuumRelation' in rel ? named(rel.VacuumRelation.relation) : ''))
      .join(', ');
  return undefined;
}

function writtenBy(node: Node): string[] {
  if ('UpdateStmt' in node) return [named(node.UpdateStmt.relation), ...inWith(node.UpdateStmt.withClause)];
  if ('DeleteStmt' in node) return [named(node.DeleteStmt.relation), ...inWith(node.DeleteStmt.withClause)];
  if ('MergeStmt' in node) return [named(node.MergeStmt.relation), ...inWith(node.MergeStmt.withClause)];
  if ('InsertStmt' in node) return inWith(node.InsertStmt.withClause);
  return 'SelectStmt' in node ? inWith(node.SelectStmt.withClause) : [];
}

function inWith(clause: { readonly ctes?: readonly Node[] } | undefined): string[] {
  return (clause?.ctes ?? []).flatMap((cte) =>
    'CommonTableExpr' in cte && cte.CommonTableExpr.ctequery ? writtenBy(cte.CommonTableExpr.ctequery) : [],
  );
}

function commandsOf(node: Node) {
  if (!('AlterTableStmt' in node)) return [];
  return (node.AlterTableStmt.cmds ?? []).flatMap((cmd) => ('AlterTableCmd' in cmd ? [cmd.AlterTableCmd] : []));
}

function tableOf(node: Node): string {
  return 'AlterTableStmt' in node ? named(node.AlterTableStmt.relation) : '';
}

function has(options: readonly Node[] = [], name: string): boolean {
  return options.some((option) => 'DefElem' in option && option.DefElem.defname === name);
}

function nameOf(node: Node): string {
  return 'RangeVar' in node ? named(node.RangeVar) : '';
}

function named(relation: Relation): string {
  return relation?.relname ?? '';
}
