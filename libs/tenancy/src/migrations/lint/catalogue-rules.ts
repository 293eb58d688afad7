import type { Found } from './lint-finding.js';
import type { LintedMigration } from './linted-migration.js';

export function rewrites({ before, after }: LintedMigration): Found[] {
  return [...before.tables].flatMap(([id, { name, file }]) => {
    const now = after.tables.get(id);
    if (!now || now.file === file) return [];
    const message =
      'rewrites every row while nobody can read the table: add a new column without a volatile default, fill it in parts, and drop the old one in a later release';
    return [{ rule: 'rewrites-table', subject: name, message }];
  });
}

export function notNulls({ before, after }: LintedMigration): Found[] {
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
      'reads the whole table under a lock: add CHECK (... IS NOT NULL) NOT VALID, validate it in a migration with "transaction = false", then SET NOT NULL';
    return isProved ? [] : [{ rule: 'not-null-scans-table', subject, message }];
  });
}

export function constraints({ before, after }: LintedMigration): Found[] {
  return [...after.constraints].flatMap(([id, { table, name, type, validated, index }]) => {
    const [owner, was] = [before.tables.get(table), before.constraints.get(id)];
    if (was || !owner) return [];
    const subject = `${owner.name}.${name}`;
    if (['c', 'f'].includes(type) && validated) {
      const message =
        'is checked for every row under a lock: add it NOT VALID, and VALIDATE CONSTRAINT in a migration with "transaction = false"';
      return [{ rule: 'constraint-scans-table', subject, message }];
    }
    if (!['u', 'p'].includes(type) || before.indexes.has(index)) return [];
    const message =
      'builds its index while nobody can use the table: CREATE UNIQUE INDEX CONCURRENTLY in a migration with "transaction = false", then ADD CONSTRAINT ... USING INDEX';
    return [{ rule: 'unique-blocks-table', subject, message }];
  });
}

export function indexes({ before, after, says }: LintedMigration): Found[] {
  if (says.transaction === false) return [];
  const ofConstraints = new Set(
    [before, after].flatMap((snapshot) =>
      [...snapshot.constraints.values()].filter(({ type }) => ['u', 'p'].includes(type)).map(({ index }) => index),
    ),
  );
  const built = [...after.indexes].filter(([id, { table }]) => !before.indexes.has(id) && before.tables.has(table));
  const dropped = [...before.indexes].filter(([id, { table }]) => !after.indexes.has(id) && after.tables.has(table));
  const found =
    (rule: string, message: string) =>
    ([, { name, table }]: (typeof built)[number]) => ({
      rule,
      subject: `${before.tables.get(table)?.name}.${name}`,
      message,
    });
  const isOwn = ([id]: (typeof built)[number]) => !ofConstraints.has(id);
  return [
    ...built
      .filter(isOwn)
      .map(
        found(
          'index-blocks-writes',
          'is built while nobody can write the table: CREATE INDEX CONCURRENTLY in a migration with "transaction = false"',
        ),
      ),
    ...dropped
      .filter(isOwn)
      .map(
        found(
          'index-drop-blocks-table',
          'waits for every request to the table and lets none pass: DROP INDEX CONCURRENTLY in a migration with "transaction = false"',
        ),
      ),
  ];
}
