import pg from 'pg';
import { EXTENSIONS_SCHEMA } from '../context/tenant-names.js';

/** A table as far as its rows can be copied. */
export interface TableShape {
  readonly name: string;
  /** Without generated ones, in their order. */
  readonly columns: readonly string[];
  /** Of the columns, as Postgres names them. */
  readonly types: readonly string[];
  /** Of the columns, whether the type is the schema's own, and so another one in every schema. */
  readonly own: readonly boolean[];
  readonly isPartitioned: boolean;
}

export interface SchemaShape {
  readonly tables: readonly TableShape[];
  readonly sequences: readonly string[];
}

/** The tables and sequences of a schema by name. Partitions count as part of their table. */
export async function readShape(client: pg.ClientBase, schema: string): Promise<SchemaShape> {
  const tables = await client.query<TableShape>(
    `SELECT c.relname::text AS name, c.relkind = 'p' AS "isPartitioned", held.columns, held.types, held.own
     FROM pg_class c CROSS JOIN LATERAL (
       SELECT coalesce(array_agg(a.attname::text ORDER BY a.attnum), '{}') AS columns,
              coalesce(array_agg(replace(replace(format_type(a.atttypid, a.atttypmod), $1 || '.', ''), '${EXTENSIONS_SCHEMA}.', '')
                ORDER BY a.attnum), '{}') AS types,
              coalesce(array_agg(t.typnamespace = c.relnamespace ORDER BY a.attnum), '{}') AS own
       FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
       WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     ) held
     WHERE c.relnamespace = to_regnamespace($1) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
     ORDER BY c.relname`,
    [schema],
  );
  const sequences = await client.query<{ name: string }>(
    `SELECT relname::text AS name FROM pg_class WHERE relnamespace = to_regnamespace($1) AND relkind = 'S' ORDER BY 1`,
    [schema],
  );
  return { tables: tables.rows, sequences: sequences.rows.map(({ name }) => name) };
}

/** Names of the schema itself come and go without it until the transaction ends, so that they hold under another name. */
export async function enterSchema(client: pg.ClientBase, schema: string): Promise<void> {
  await client.query(`SET LOCAL search_path = ${pg.escapeIdentifier(schema)}, ${EXTENSIONS_SCHEMA}, pg_temp`);
}

/** `schema.table (a, b)`, each name quoted. */
export function tableWithColumns(schema: string, table: string, columns: readonly string[]): string {
  const list = columns.length > 0 ? ` (${columns.map(pg.escapeIdentifier).join(', ')})` : '';
  return qualified(schema, table) + list;
}

export function qualified(schema: string, name: string): string {
  return `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`;
}
