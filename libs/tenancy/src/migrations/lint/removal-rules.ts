import type { Found } from './lint-finding.js';
import type { LintedMigration } from './linted-migration.js';

const LATER =
  'the release before still uses it: stop using it in one release and name that migration as "contracts" here, or say in "allowDrop" why nobody does';

/** What the release before reads may be NULL as soon as somebody writes it. */
export function allowedNulls({ before, after }: LintedMigration): Found[] {
  return [...before.columns].flatMap(([id, { table, name, required }]) => {
    if (!required || after.columns.get(id)?.required !== false) return [];
    const message = 'the release before may not expect NULL there: write none before all servers are of this release';
    return [{ rule: 'allows-null', subject: `${before.tables.get(table)?.name}.${name}`, message }];
  });
}

/** What the release before uses and does not find any more. */
export function removals(linted: LintedMigration): Found[] {
  return [...tables(linted), ...columns(linted), ...views(linted), ...values(linted)];
}

function tables({ before, after }: LintedMigration): Found[] {
  return [...before.tables].flatMap(([id, { name }]) => {
    const now = after.tables.get(id);
    if (!now) return [{ rule: 'drops-table', subject: name, message: LATER }];
    return now.name === name ? [] : [{ rule: 'renames-table', subject: name, message: LATER }];
  });
}

function columns({ before, after }: LintedMigration): Found[] {
  return [...before.columns].flatMap(([id, { table, name }]) => {
    if (!after.tables.has(table)) return [];
    const subject = `${before.tables.get(table)?.name}.${name}`;
    const now = after.columns.get(id);
    if (!now) return [{ rule: 'drops-column', subject, message: LATER }];
    return now.name === name ? [] : [{ rule: 'renames-column', subject, message: LATER }];
  });
}

/** By name: one that is made anew under its name is there. */
function views({ before, after }: LintedMigration): Found[] {
  const now = new Set([...after.views.values()].map(({ name }) => name));
  return [...before.views.values()]
    .filter(({ name }) => !now.has(name))
    .map(({ name }) => ({ rule: 'drops-view', subject: name, message: LATER }));
}

function values({ statements }: LintedMigration): Found[] {
  return statements.flatMap((node) => {
    if (!('AlterEnumStmt' in node) || node.AlterEnumStmt.oldVal === undefined) return [];
    return [{ rule: 'renames-value', subject: node.AlterEnumStmt.oldVal, message: LATER }];
  });
}
