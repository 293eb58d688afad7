import type { OwnerDatabase } from '../../control/owner-database.js';
import type { RecordedMigration } from '../tenant-migration.js';
import type { LintFinding } from './lint-finding.js';

const LACKED = `
  SELECT suspect AS name FROM unnest($1::text[]) suspect WHERE EXISTS (
    SELECT FROM platform.tenant t LEFT JOIN platform.migration_set s ON s.id = t.migration_set
    WHERE t.status <> 'provisioning' AND NOT coalesce(s.migrations, '{}') @> ARRAY[suspect])`;

/** What was found in migrations that some tenant lacks; without findings nothing is asked. */
export async function findingsAhead(
  owner: OwnerDatabase,
  recorded: readonly RecordedMigration[],
): Promise<LintFinding[]> {
  const suspects = recorded.filter(({ findings }) => findings.length > 0);
  if (suspects.length === 0) return [];
  const { rows } = await owner.withClient((client) =>
    client.query<{ name: string }>(LACKED, [suspects.map(({ name }) => name)]),
  );
  const lacked = new Set(rows.map(({ name }) => name));
  return suspects.filter(({ name }) => lacked.has(name)).flatMap(({ findings }) => findings);
}
