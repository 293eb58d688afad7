import { Logger } from '@nestjs/common';
import type { QueryRunner } from 'typeorm';
import type { OwnerDatabase } from '../control/owner-database.js';
import { REFERENCE_SCHEMA } from '../context/tenant-names.js';
import { MigrationWatch } from './lint/migration-watch.js';
import { sendingBy } from './lint/sending-by.js';
import { runMigrations, type MigrationRun } from './migration-runner.js';
import { MigrationFault, type DeclaredMigration, type RecordedMigration } from './tenant-migration.js';

/**
 * Runs every migration that was never seen once in the reference schema, for real, and keeps the SQL it sent. Tenants
 * then get that SQL. A migration whose SQL may depend on data is kept as dynamic. One that fails here fails the start,
 * before any tenant is touched.
 */
export class MigrationRecorder {
  private readonly logger = new Logger('Migrations');

  constructor(private readonly owner: OwnerDatabase) {}

  /** All of the declared migrations as recorded, in the order of recording. */
  async record(declared: readonly DeclaredMigration[]): Promise<RecordedMigration[]> {
    const known = new Set((await this.recorded()).map(({ name }) => name));
    const unseen = declared.filter(({ name }) => !known.has(name));
    if (unseen.length > 0) await this.recordUnseen(unseen, known);
    const names = new Set(declared.map(({ name }) => name));
    const all = await this.recorded();
    const orphans = all.filter(({ name }) => !names.has(name)).map(({ name }) => name);
    if (orphans.length > 0) this.logger.warn(`Recorded before and in no module now: ${orphans.join(', ')}.`);
    return all.filter(({ name }) => names.has(name));
  }

  /** Those of the declared migrations that were recorded before, in the order of recording. */
  async read(declared: readonly DeclaredMigration[]): Promise<RecordedMigration[]> {
    const names = new Set(declared.map(({ name }) => name));
    return (await this.recorded()).filter(({ name }) => names.has(name));
  }

  private async recordUnseen(unseen: readonly DeclaredMigration[], known: ReadonlySet<string>): Promise<void> {
    const watch = await this.watch();
    await runMigrations(this.owner.url, REFERENCE_SCHEMA, unseen, async (migration, run, runner) => {
      await refuseDefiners(migration, runner);
      const dynamic = isDynamic(migration, run);
      const statements = dynamic ? [] : run.statements;
      // Those that are new together are of one release, so none of them is of an earlier one.
      const findings = (await watch?.look(migration, run, sendingBy(runner), known)) ?? [];
      await runner.query(
        `INSERT INTO platform.tenant_migration (name, dynamic, transactional, statements, findings)
         VALUES ($1, $2, $3, $4, $5)`,
        [migration.name, dynamic, isTransactional(migration), JSON.stringify(statements), JSON.stringify(findings)],
      );
      this.logger.log(`Recorded ${migration.name}${dynamic ? ' (dynamic: runs for each tenant by itself)' : ''}.`);
    });
  }

  /** Undefined where there is no tenant yet whom a migration could hurt. */
  private watch(): Promise<MigrationWatch | undefined> {
    return this.owner.withClient(async (client) => {
      const { rowCount } = await client.query('SELECT FROM platform.tenant LIMIT 1');
      return rowCount ? MigrationWatch.begin(REFERENCE_SCHEMA, sendingBy(client)) : undefined;
    });
  }

  private recorded(): Promise<RecordedMigration[]> {
    return this.owner.withClient(async (client) => {
      const sql =
        'SELECT name, dynamic, transactional, statements, findings FROM platform.tenant_migration ORDER BY sequence';
      return (await client.query<RecordedMigration>(sql)).rows;
    });
  }
}

function isTransactional(migration: DeclaredMigration): boolean {
  return migration.make().transaction !== false;
}

/** @throws MigrationFault for one that may be dynamic nowhere */
function isDynamic(migration: DeclaredMigration, { readsData, statements }: MigrationRun): boolean {
  const dynamic = readsData || statements.some(({ sql }) => sql.includes(REFERENCE_SCHEMA));
  if (dynamic && !isTransactional(migration))
    throw new MigrationFault(migration.name, 'names its schema, which one outside a transaction may not.');
  return dynamic;
}

/** Such a function would run as the owner of every schema, whichever tenant calls it. */
async function refuseDefiners({ name }: DeclaredMigration, runner: QueryRunner): Promise<void> {
  const functions = (await runner.query(
    'SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = to_regnamespace($1)',
    [REFERENCE_SCHEMA],
  )) as { proname: string }[];
  const [first] = functions;
  if (first)
    throw new MigrationFault(
      name,
      `makes the function "${first.proname}" SECURITY DEFINER, which tenants may not have.`,
    );
}
