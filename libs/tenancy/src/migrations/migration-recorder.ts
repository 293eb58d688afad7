import { Logger } from '@nestjs/common';
import type { QueryRunner } from 'typeorm';
import type { OwnerDatabase } from '../control/owner-database.js';
import { REFERENCE_SCHEMA } from '../context/tenant-names.js';
import { runMigrations } from './migration-runner.js';
import {
  MigrationFault,
  type DeclaredMigration,
  type RecordedMigration,
  type RecordedStatement,
} from './tenant-migration.js';

interface Row {
  readonly name: string;
  readonly dynamic: boolean;
  readonly transactional: boolean;
  readonly statements: RecordedStatement[];
}

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
    if (unseen.length > 0) {
      await runMigrations(this.owner.url, REFERENCE_SCHEMA, unseen, async (migration, run, runner) => {
        await refuseDefiners(migration, runner);
        const dynamic = run.readsData || run.statements.some(({ sql }) => sql.includes(REFERENCE_SCHEMA));
        const transactional = migration.make().transaction !== false;
        if (dynamic && !transactional)
          throw new MigrationFault(migration.name, 'names its schema, which one outside a transaction may not.');
        await runner.query(
          'INSERT INTO platform.tenant_migration (name, dynamic, transactional, statements) VALUES ($1, $2, $3, $4)',
          [migration.name, dynamic, transactional, JSON.stringify(dynamic ? [] : run.statements)],
        );
        this.logger.log(`Recorded ${migration.name}${dynamic ? ' (dynamic: runs for each tenant by itself)' : ''}.`);
      });
    }
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

  private recorded(): Promise<Row[]> {
    return this.owner.withClient(async (client) => {
      const sql = 'SELECT name, dynamic, transactional, statements FROM platform.tenant_migration ORDER BY sequence';
      return (await client.query<Row>(sql)).rows;
    });
  }
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
