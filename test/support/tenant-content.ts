import pg from 'pg';
import type { TestPlatform } from './test-platform.js';

/** Every row of every table and materialized view of a schema as text, and every sequence: what must be the same after a way there and back. */
export async function contentOf(
  { database }: TestPlatform,
  schema: string,
  without: readonly string[] = [],
): Promise<Record<string, string[]>> {
  const relations = await database.admin<{ name: string; kind: string }>(
    `SELECT relname::text AS name, relkind::text AS kind FROM pg_class
     WHERE relnamespace = to_regnamespace($1) AND relkind IN ('r', 'p', 'm', 'S') AND NOT relispartition ORDER BY 1`,
    [schema],
  );
  const content: Record<string, string[]> = {};
  for (const { name, kind } of relations.filter((relation) => !without.includes(relation.name))) {
    const from = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`;
    const rows = await database.admin<{ row: string }>(
      kind === 'S'
        ? `SELECT last_value || ' ' || is_called AS row FROM ${from}`
        : `SELECT x::text AS row FROM ${from} x ORDER BY x::text`,
    );
    content[name] = rows.map(({ row }) => row);
  }
  return content;
}
