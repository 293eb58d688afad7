import type { MigrationClass } from '@tenantry/kernel';
import type { MigrationInterface } from 'typeorm';
import type { LintFinding } from './lint/lint-finding.js';

/** A migration as the code brings it. */
export interface DeclaredMigration {
  /** `<module>/<class name>`, unique for ever. */
  readonly name: string;
  readonly module: string;
  /** Milliseconds, from the class name's end: the order among all modules. */
  readonly timestamp: number;
  make(): TenantMigrationClass;
}

/** What a migration class may say besides `up` and `down`. */
export interface TenantMigrationClass extends MigrationInterface {
  /** `false` runs it outside a transaction: for indexes that are made CONCURRENTLY. */
  readonly transaction?: boolean;
  /** Name (`<module>/<class>`) of the earlier migration after whose release nothing uses any more what this one removes. */
  readonly contracts?: string;
  /** Why something may be removed although no earlier migration prepared it. */
  readonly allowDrop?: string;
}

/** One statement of a recorded migration. */
export interface RecordedStatement {
  readonly sql: string;
  readonly parameters?: readonly unknown[];
}

/** A migration as it was recorded once: the SQL it amounts to, or dynamic, run anew for each tenant. */
export interface RecordedMigration {
  readonly name: string;
  readonly dynamic: boolean;
  /** Whether its statements run in one transaction with the ledger. */
  readonly transactional: boolean;
  readonly statements: readonly RecordedStatement[];
  /** What lint found when it was recorded beside tenants. */
  readonly findings: readonly LintFinding[];
}

/** A fault in a module's migrations, found before the server listens. */
export class MigrationFault extends Error {
  constructor(
    readonly migration: string,
    message: string,
    cause?: unknown,
  ) {
    super(`Tenant migration ${migration}: ${message}`, { cause });
    this.name = 'MigrationFault';
  }
}

/** The migrations of all modules, in the order in which they run. */
export function declareMigrations(
  modules: readonly { name: string; tenantMigrations?: readonly MigrationClass[] }[],
): DeclaredMigration[] {
  const declared = modules.flatMap((module) =>
    (module.tenantMigrations ?? []).map((migration) => declare(module.name, migration)),
  );
  const names = new Set<string>();
  for (const { name } of declared) {
    if (names.has(name)) throw new MigrationFault(name, 'is listed twice.');
    names.add(name);
  }
  return declared.sort((a, b) => a.timestamp - b.timestamp || a.name.localeCompare(b.name));
}

function declare(module: string, migration: MigrationClass): DeclaredMigration {
  const name = `${module}/${migration.name}`;
  const timestamp = Number(/(\d{13})$/.exec(migration.name)?.[1]);
  if (!timestamp) throw new MigrationFault(name, 'the class name must end in a timestamp of 13 digits (milliseconds).');
  return { name, module, timestamp, make: () => new migration() };
}
