import pg from 'pg';

/** A table as far as its rows can be copied. */
export interface TableShape {
  readonly name: string;
  /** Without generated ones, in their order. */
  readonly columns: readonly string[];
  readonly isPartitioned: boolean;
}

export interface SchemaShape {
  readonly tables: readonly TableShape[];
  readonly sequences: readonly string[];
}

/** The tables and sequences of a schema by name. Partitions count as part of their table. */
export async function readShape(client: pg.ClientBase, schema: string): Promise<SchemaShape> {
  const tables = await client.query<TableShape>(
    `SELECT c.relname::text AS name, c.relkind = 'p' AS "isPartitioned",
            array(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
                  AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum) AS columns
     FROM pg_class c WHERE c.relnamespace = to_regnamespace($1) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
     ORDER BY c.relname`,
    [schema],
  );
  const sequences = await client.query<{ name: string }>(
    `SELECT relname::text AS name FROM pg_class WHERE relnamespace = to_regnamespace($1) AND relkind = 'S' ORDER BY 1`,
    [schema],
  );
  return { tables: tables.rows, sequences: sequences.rows.map(({ name }) => name) };
}

/** `schema.table (a, b)`, each name quoted. */
export function tableWithColumns(schema: string, table: string, columns: readonly string[]): string {
  return `${qualified(schema, table)} (${columns.map(pg.escapeIdentifier).join(', ')})`;
}

export function qualified(schema: string, name: string): string {
  return `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`;
}
