import type { OwnerDatabase } from '../../control/owner-database.js';
import { runMigrations } from '../migration-runner.js';
import type { DeclaredMigration } from '../tenant-migration.js';
import type { LintFinding } from './lint-finding.js';
import { MigrationWatch } from './migration-watch.js';
import { sendingBy } from './sending-by.js';

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
  const watch = await owner.withClient((client) => MigrationWatch.begin(SCRATCH_SCHEMA, sendingBy(client)));
  await runMigrations(owner.url, SCRATCH_SCHEMA, declared, async (migration, run, runner) => {
    findings.push(...(await watch.look(migration, run, sendingBy(runner), earlier)));
    earlier.add(migration.name);
  });
  return findings;
}
