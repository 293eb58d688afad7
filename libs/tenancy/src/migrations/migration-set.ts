import { createHash } from 'node:crypto';
import type pg from 'pg';

/** Which migrations a schema has; tenants with the same ones share the row. */
export interface MigrationSet {
  /** Digest of the sorted names. */
  readonly id: string;
  readonly migrations: readonly string[];
}

export function migrationSet(names: Iterable<string>): MigrationSet {
  const migrations = [...new Set(names)].sort();
  return { id: createHash('sha256').update(migrations.join('\n')).digest('hex').slice(0, 32), migrations };
}

export async function saveMigrationSet(client: pg.ClientBase, set: MigrationSet): Promise<void> {
  await client.query(
    'INSERT INTO platform.migration_set (id, migrations) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING',
    [set.id, set.migrations],
  );
}
