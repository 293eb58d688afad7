import pg from 'pg';
import { qualified, type SchemaShape } from './schema-shape.js';
import type { ArchivedSequence } from './archive-format.js';

interface ForeignKey {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}

/**
 * Fills a schema while its foreign keys and triggers are away, so that the order of the tables does not matter and
 * nothing happens besides. The keys are made anew afterwards and check every row.
 *
 * @param client the owner's, in the transaction that all of it is one with
 */
export async function loadInto(
  client: pg.ClientBase,
  schema: string,
  { tables }: SchemaShape,
  fill: () => Promise<void>,
): Promise<void> {
  // Names of the schema itself come without it, so that the definitions hold when it is renamed.
  await client.query(`SET LOCAL search_path = ${pg.escapeIdentifier(schema)}, extensions, pg_temp`);
  const keys = await foreignKeys(client, schema);
  for (const { table, name } of keys) {
    await client.query(`ALTER TABLE ${qualified(schema, table)} DROP CONSTRAINT ${pg.escapeIdentifier(name)}`);
  }
  const triggered = await tablesWithTriggers(client, schema);
  for (const table of triggered) await client.query(`ALTER TABLE ${qualified(schema, table)} DISABLE TRIGGER USER`);
  if (tables.length > 0) {
    // What seeds and migrations of an empty schema wrote; also what an attempt before left.
    await client.query(`TRUNCATE ${tables.map(({ name }) => qualified(schema, name)).join(', ')}`);
  }
  await fill();
  for (const table of triggered) await client.query(`ALTER TABLE ${qualified(schema, table)} ENABLE TRIGGER USER`);
  for (const { table, name, definition } of keys) {
    await client.query(
      `ALTER TABLE ${qualified(schema, table)} ADD CONSTRAINT ${pg.escapeIdentifier(name)} ${definition}`,
    );
  }
}

export async function readSequences(
  client: pg.ClientBase,
  schema: string,
  { sequences }: SchemaShape,
): Promise<ArchivedSequence[]> {
  const read: ArchivedSequence[] = [];
  for (const name of sequences) {
    const { rows } = await client.query<ArchivedSequence>(
      `SELECT $1::text AS name, last_value::text AS "lastValue", is_called AS "isCalled" FROM ${qualified(schema, name)}`,
      [name],
    );
    read.push(...rows);
  }
  return read;
}

export async function writeSequences(
  client: pg.ClientBase,
  schema: string,
  sequences: readonly ArchivedSequence[],
): Promise<void> {
  for (const { name, lastValue, isCalled } of sequences) {
    await client.query('SELECT setval($1::regclass, $2::bigint, $3)', [qualified(schema, name), lastValue, isCalled]);
  }
}

async function foreignKeys(client: pg.ClientBase, schema: string): Promise<ForeignKey[]> {
  const { rows } = await client.query<ForeignKey>(
    `SELECT t.relname::text AS table, c.conname::text AS name, pg_get_constraintdef(c.oid) AS definition
     FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
     WHERE c.contype = 'f' AND c.conparentid = 0 AND t.relnamespace = to_regnamespace($1) ORDER BY 1, 2`,
    [schema],
  );
  return rows;
}

async function tablesWithTriggers(client: pg.ClientBase, schema: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT DISTINCT c.relname::text AS name FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
     WHERE NOT g.tgisinternal AND g.tgparentid = 0 AND g.tgenabled <> 'D' AND c.relnamespace = to_regnamespace($1)`,
    [schema],
  );
  return rows.map(({ name }) => name);
}
