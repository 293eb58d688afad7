import type { Send } from '../repeatable-statement.js';

/** What lint compares before and after a migration. Objects are known by their oid, columns by table and number. */
export interface SchemaSnapshot {
  /** By oid: name, and the file of its rows, which changes when they are rewritten. */
  readonly tables: ReadonlyMap<string, { readonly name: string; readonly file: string }>;
  readonly views: ReadonlyMap<string, { readonly name: string }>;
  readonly columns: ReadonlyMap<string, Column>;
  readonly constraints: ReadonlyMap<string, Constraint>;
  /** Name of each index, and the table it is on. */
  readonly indexes: ReadonlyMap<string, { readonly name: string; readonly table: string }>;
}

interface Column {
  readonly table: string;
  readonly name: string;
  readonly required: boolean;
  /** Whether rows that are there get a value. */
  readonly filled: boolean;
}

interface Constraint {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly validated: boolean;
  /** Oid of the index that enforces it, 0 for none. */
  readonly index: string;
  readonly definition: string;
}

const TABLES = `SELECT oid::text AS id, relname AS name, relfilenode::text AS file FROM pg_class
  WHERE relnamespace = to_regnamespace($1) AND relkind IN ('r', 'p')`;
const VIEWS = `SELECT oid::text AS id, relname AS name FROM pg_class
  WHERE relnamespace = to_regnamespace($1) AND relkind IN ('v', 'm')`;
const COLUMNS = `SELECT attrelid || ':' || attnum AS id, attrelid::text AS table, attname AS name, attnotnull AS required,
    atthasdef OR attidentity <> '' AS filled
  FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
  WHERE relnamespace = to_regnamespace($1) AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped`;
const CONSTRAINTS = `SELECT k.oid::text AS id, conrelid::text AS table, conname AS name, contype AS type,
    convalidated AS validated, conindid::text AS index, pg_get_constraintdef(k.oid) AS definition
  FROM pg_constraint k WHERE connamespace = to_regnamespace($1) AND conrelid <> 0`;
const INDEXES = `SELECT indexrelid::text AS id, c.relname AS name, indrelid::text AS table
  FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE relnamespace = to_regnamespace($1)`;

export async function takeSnapshot(send: Send, schema: string): Promise<SchemaSnapshot> {
  const ask = async <Row>(sql: string) => {
    const rows = (await send(sql, [schema])) as (Row & { id: string })[];
    return new Map<string, Row>(rows.map((row) => [row.id, row]));
  };
  return {
    tables: await ask(TABLES),
    views: await ask(VIEWS),
    columns: await ask(COLUMNS),
    constraints: await ask(CONSTRAINTS),
    indexes: await ask(INDEXES),
  };
}
