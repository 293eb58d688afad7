import { DataSource, type QueryRunner } from 'typeorm';
import { EXTENSIONS_SCHEMA } from '../context/tenant-names.js';
import { isRepeatable, runRepeatable } from './repeatable-statement.js';
import { beginsReading, endsTransaction, readsOnly } from './statement-kinds.js';
import {
  MigrationFault,
  type DeclaredMigration,
  type RecordedStatement,
  type TenantMigrationClass,
} from './tenant-migration.js';

/** What a migration did while it ran. */
export interface MigrationRun {
  readonly statements: readonly RecordedStatement[];
  /** Whether what it did may depend on rows it read. */
  readonly readsData: boolean;
}

const catalogue =
  /\bpg_\w+|information_schema|current_(schema|database)|\bversion\(\)|server_version|typeorm_metadata/i;
/** Functions whose call is the purpose of a SELECT. */
const effect = /\b(setval|nextval|set_config|pg_notify|pg_advisory\w*|query_to_xml|lo_\w+)\s*\(/i;

/**
 * Runs migration classes in one schema, as the owner, each in a transaction unless it says otherwise, and tells what they
 * sent.
 *
 * A DataSource of its own is opened with the schema as its search_path, because TypeORM's schema methods decide at
 * connection time which schema goes without a prefix.
 */
export async function runMigrations(
  ownerUrl: string,
  schema: string,
  migrations: readonly DeclaredMigration[],
  after: (migration: DeclaredMigration, run: MigrationRun, runner: QueryRunner) => Promise<void>,
): Promise<void> {
  const dataSource = await new DataSource({
    type: 'postgres',
    url: ownerUrl,
    poolSize: 1,
    applicationName: 'tenantry migrate',
    extra: { options: `-c search_path=${schema},${EXTENSIONS_SCHEMA},pg_temp -c lock_timeout=10s` },
    installExtensions: false,
  }).initialize();
  try {
    for (const migration of migrations) {
      const runner = dataSource.createQueryRunner();
      try {
        const made = migration.make();
        if (made.transaction !== false) await runner.startTransaction();
        const run = await runOne(runner, migration, made);
        await after(migration, run, runner);
        if (made.transaction !== false) await runner.commitTransaction();
      } catch (error) {
        if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined); // report the first
        throw error;
      } finally {
        await runner.release();
      }
    }
  } finally {
    await dataSource.destroy();
  }
}

async function runOne(
  runner: QueryRunner,
  { name }: DeclaredMigration,
  migration: TenantMigrationClass,
): Promise<MigrationRun> {
  const isOutside = migration.transaction === false;
  const statements: RecordedStatement[] = [];
  let readsData = false;
  const query: QueryRunner['query'] = runner.query.bind(runner);
  const send = async (sql: string, parameters?: unknown[]) =>
    (await query(sql, parameters as never)) as Record<string, unknown>[];
  runner.query = (async (sql: string, parameters?: unknown[], structured?: boolean) => {
    const isRead = beginsReading(sql) && (await readsOnly(sql));
    if (!isRead) await refuse(name, sql, isOutside);
    // Again after a crash, in the reference schema too.
    const result: unknown =
      isOutside && !isRead
        ? await runRepeatable(send, sql)
        : await query(sql, parameters as never, structured as never);
    if (!isRead) statements.push(parameters?.length ? { sql, parameters } : { sql });
    readsData ||= isRead ? effect.test(sql) || !catalogue.test(sql) : givesRows(sql);
    return result;
  }) as QueryRunner['query'];
  try {
    await migration.up(runner);
  } catch (error) {
    if (error instanceof MigrationFault) throw error;
    throw new MigrationFault(name, error instanceof Error ? error.message : String(error), error);
  } finally {
    runner.query = query;
  }
  if (isOutside && readsData) throw new MigrationFault(name, 'reads rows, which one outside a transaction may not.');
  return { statements, readsData };
}

async function refuse(name: string, sql: string, isOutside: boolean): Promise<void> {
  if (await endsTransaction(sql)) throw new MigrationFault(name, 'begins or ends a transaction, which is not its own.');
  if (isOutside && !(await isRepeatable(sql))) {
    throw new MigrationFault(
      name,
      `runs outside a transaction, where only statements may stand that can run again after a crash: not "${sql.trim().slice(0, 60)}".`,
    );
  }
}

/** Whether the migration may have looked at rows that a statement gave which changes some. */
function givesRows(sql: string): boolean {
  return beginsReading(sql) || /\bRETURNING\b/i.test(sql);
}
