import type pg from 'pg';
import type { ArchivedSequence } from './archive-format.js';
import { enterSchema, qualified, type SchemaShape } from './schema-shape.js';
import { setAside } from './set-aside.js';

/**
 * Fills a schema while its foreign keys and triggers are away. The keys are made anew afterwards and check every row;
 * materialized views are refreshed.
 *
 * @param client the owner's, in the transaction that all of it is one with
 */
export async function loadInto(
  client: pg.ClientBase,
  schema: string,
  { tables }: SchemaShape,
  fill: () => Promise<void>,
): Promise<void> {
  await enterSchema(client, schema);
  const bringBack = await setAside(client, schema);
  if (tables.length > 0) {
    // What seeds and migrations of an empty schema wrote; also what an attempt before left.
    await client.query(`TRUNCATE ${tables.map(({ name }) => qualified(schema, name)).join(', ')}`);
  }
  await fill();
  await bringBack();
  await refreshViews(client, schema);
}

/** As they are of their tables, in the order in which they were made. */
async function refreshViews(client: pg.ClientBase, schema: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname::text AS name FROM pg_class
     WHERE relnamespace = to_regnamespace($1) AND relkind = 'm' ORDER BY oid`,
    [schema],
  );
  for (const { name } of rows) await client.query(`REFRESH MATERIALIZED VIEW ${qualified(schema, name)}`);
}

export async function readSequences(
  client: pg.ClientBase,
  schema: string,
  { sequences }: SchemaShape,
): Promise<ArchivedSequence[]> {
  if (sequences.length === 0) return [];
  const each = sequences.map(
    (name, index) =>
      `SELECT $${index + 1}::text AS name, last_value::text AS "lastValue", is_called AS "isCalled" FROM ${qualified(schema, name)}`,
  );
  const { rows } = await client.query<ArchivedSequence>(each.join(' UNION ALL '), [...sequences]);
  return rows;
}

export async function writeSequences(
  client: pg.ClientBase,
  schema: string,
  sequences: readonly ArchivedSequence[],
): Promise<void> {
  await client.query(
    `SELECT setval(format('%I.%I', $1::text, name)::regclass, value, called)
     FROM unnest($2::text[], $3::bigint[], $4::boolean[]) AS t (name, value, called)`,
    [
      schema,
      sequences.map(({ name }) => name),
      sequences.map(({ lastValue }) => lastValue),
      sequences.map(({ isCalled }) => isCalled),
    ],
  );
}
