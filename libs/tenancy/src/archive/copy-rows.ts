import { defineError } from '@tenantry/kernel';
import pg from 'pg';
import { tenantSchema } from '../context/tenant-names.js';
import type { Checkpoint } from '../operations/operation-step.js';
import { inSnapshot } from './export-tenant.js';
import { loadInto, readSequences, writeSequences } from './loading.js';
import { qualified, readShape, tableWithColumns, type SchemaShape } from './schema-shape.js';

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
      const tables = shape.tables.filter(({ name, columns }) => !without.includes(name) && columns.length > 0);
      for (const [done, { name, columns, isPartitioned }] of tables.entries()) {
        const list = columns.map(pg.escapeIdentifier).join(', ');
        await client.query(
          `INSERT INTO ${tableWithColumns(target, name, columns)} OVERRIDING SYSTEM VALUE
           SELECT ${list} FROM ${isPartitioned ? '' : 'ONLY '}${qualified(from, name)}`,
        );
        await checkpoint?.({ done: done + 1, total: tables.length });
      }
    });
    await writeSequences(client, target, await readSequences(client, from, shape));
  });
}

function isSame(one: SchemaShape, other: SchemaShape): boolean {
  const told = ({ tables, sequences }: SchemaShape) =>
    JSON.stringify([tables.map(({ name, columns }) => [name, [...columns].sort()]), sequences]);
  return told(one) === told(other);
}
