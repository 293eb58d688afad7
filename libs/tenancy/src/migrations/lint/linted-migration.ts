import type { Node } from '../sql-grammar.js';
import type { TenantMigrationClass } from '../tenant-migration.js';
import type { SchemaSnapshot } from './schema-snapshot.js';

/** A migration as lint sees it: what it says of itself, what it sent, what it changed. */
export interface LintedMigration {
  readonly name: string;
  readonly says: Pick<TenantMigrationClass, 'contracts' | 'allowDrop' | 'transaction'>;
  /** What it sent, as far as the grammar knows it. */
  readonly statements: readonly Node[];
  readonly before: SchemaSnapshot;
  readonly after: SchemaSnapshot;
  /** Names of the migrations before it. */
  readonly earlier: ReadonlySet<string>;
}
