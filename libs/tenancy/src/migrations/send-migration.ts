import type pg from 'pg';
import { MigrationFault, type RecordedMigration } from './tenant-migration.js';

/** Sends the SQL of a recorded migration; the caller has begun the transaction and set the search path. */
export async function sendMigration(client: pg.ClientBase, { name, statements }: RecordedMigration): Promise<void> {
  try {
    const batch = statements.every(({ parameters }) => !parameters);
    // A line of its own for each semicolon: a statement may end in a comment.
    if (batch) await client.query(statements.map(({ sql }) => sql).join('\n;\n'));
    else for (const { sql, parameters } of statements) await client.query(sql, parameters as unknown[] | undefined);
  } catch (error) {
    throw new MigrationFault(name, error instanceof Error ? error.message : String(error), error);
  }
}
