import type { OwnerDatabase } from '../control/owner-database.js';
import { lintMigration, type LintFinding } from './lint-migration.js';
import { runMigrations } from './migration-runner.js';
import { takeSnapshot } from './schema-snapshot.js';
import type { DeclaredMigration } from './tenant-migration.js';

/** A schema of its own, made anew and dropped afterwards. */
const SCRATCH_SCHEMA = 'tenantry_scratch';
const SCRATCH_LOCK = 7_236_441_906;

/**
 * Runs every migration class once more, from nothing, in a schema that is thrown away, and tells what is wrong with
 * each. Tenants and the reference schema are not touched.
 *
 * @throws MigrationFault for one that does not run
 */
export function replayMigrations(owner: OwnerDatabase, declared: readonly DeclaredMigration[]): Promise<LintFinding[]> {
  return owner.withOperationClient(async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [SCRATCH_LOCK]);
    try {
      await client.query(`DROP SCHEMA IF EXISTS ${SCRATCH_SCHEMA} CASCADE; CREATE SCHEMA ${SCRATCH_SCHEMA}`);
      return await lintAll(owner, declared);
    } finally {
      await client.query(`DROP SCHEMA IF EXISTS ${SCRATCH_SCHEMA} CASCADE`);
      await client.query('SELECT pg_advisory_unlock($1)', [SCRATCH_LOCK]);
    }
  });
}

async function lintAll(owner: OwnerDatabase, declared: readonly DeclaredMigration[]): Promise<LintFinding[]> {
  const findings: LintFinding[] = [];
  const earlier = new Set<string>();
  let before = await owner.withClient((client) =>
    takeSnapshot(async (sql, parameters) => (await client.query(sql, parameters)).rows as never, SCRATCH_SCHEMA),
  );
  await runMigrations(owner.url, SCRATCH_SCHEMA, declared, async (migration, { statements }, runner) => {
    const send = async (sql: string, parameters?: unknown[]) =>
      (await runner.query(sql, parameters as never)) as Record<string, unknown>[];
    const after = await takeSnapshot(send, SCRATCH_SCHEMA);
    const { name } = migration;
    findings.push(...lintMigration({ name, says: migration.make(), statements, before, after, earlier }));
    earlier.add(name);
    before = after;
  });
  return findings;
}
