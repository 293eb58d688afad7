import { defineError } from '@tenantry/kernel';
import pg from 'pg';
import { tenantSchema } from '../context/tenant-names.js';
import type { Checkpoint } from '../operations/operation-step.js';
import { inSnapshot } from './export-tenant.js';
import { loadInto, readSequences, writeSequences } from './loading.js';
import { qualified, readShape, tableWithColumns, type SchemaShape, type TableShape } from './schema-shape.js';

export const TenantChanged = defineError(
  'TENANT_CHANGED',
  409,
  'The tables of the tenant changed while they were copied; try again.',
);

export interface CopyOptions {
  /** Id of the tenant to copy. */
  readonly source: string;
  /** Schema to fill. */
  readonly target: string;
  /** Tables whose rows stay with their tenant. */
  readonly without: readonly string[];
  readonly checkpoint?: Checkpoint;
}

/** Copies all rows and sequences of a tenant into a schema of the same shape, as they are at one moment. */
export async function copyRows(client: pg.ClientBase, options: CopyOptions): Promise<void> {
  const { source, target, without, checkpoint } = options;
  const from = tenantSchema(source);
  await inSnapshot(client, source, async () => {
    const shape = await readShape(client, from);
    if (!isSame(shape, await readShape(client, target))) throw new TenantChanged();
    await loadInto(client, target, shape, async () => {
      const tables = shape.tables.filter(({ name }) => !without.includes(name));
      for (const [done, table] of tables.entries()) {
        const source = `${table.isPartitioned ? '' : 'ONLY '}${qualified(from, table.name)}`;
        await client.query(
          `INSERT INTO ${tableWithColumns(target, table.name, table.columns)} OVERRIDING SYSTEM VALUE
           SELECT ${valuesOf(table)} FROM ${source}`,
        );
        await checkpoint?.({ done: done + 1, total: tables.length });
      }
    });
    await writeSequences(client, target, await readSequences(client, from, shape));
  });
}

/** Values of a type that the schema has itself go by their text: the type of that name in the other schema is another. */
function valuesOf({ columns, types, own }: TableShape): string {
  const value = (column: string, at: number) =>
    pg.escapeIdentifier(column) + (own[at] ? `::text::${types[at] ?? ''}` : '');
  return columns.map(value).join(', ');
}

function isSame(one: SchemaShape, other: SchemaShape): boolean {
  const told = ({ tables, sequences }: SchemaShape) =>
    JSON.stringify([
      tables.map(({ name, columns, types }) => [name, columns.map((column, at) => [column, types[at]]).sort()]),
      sequences,
    ]);
  return told(one) === told(other);
}
