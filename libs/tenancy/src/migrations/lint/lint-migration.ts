import { constraints, indexes, notNulls, rewrites } from './catalogue-rules.js';
import type { LintFinding } from './lint-finding.js';
import type { LintedMigration } from './linted-migration.js';
import { allowedNulls, removals } from './removal-rules.js';
import { changedRows, locks, validations } from './statement-rules.js';

/**
 * What a migration does to tables that were there before it. Most is read from the catalogue, where Postgres itself says
 * what came of a statement; what leaves no trace there, from the statements. Tables that it made itself are empty and
 * nobody's yet.
 */
export function lintMigration(linted: LintedMigration): LintFinding[] {
  const { name: migration } = linted;
  const warnings = [rewrites, notNulls, constraints, indexes, locks, validations, changedRows, allowedNulls];
  const removed = isPrepared(linted) ? [] : removals(linted);
  return [
    ...warnings
      .flatMap((rule) => rule(linted))
      .map((found): LintFinding => ({ migration, level: 'warning', ...found })),
    ...removed.map((found): LintFinding => ({ migration, level: 'error', ...found })),
  ];
}

function isPrepared({ says, earlier }: LintedMigration): boolean {
  return Boolean(says.allowDrop?.trim()) || (says.contracts !== undefined && earlier.has(says.contracts));
}
