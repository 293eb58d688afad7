import { defineError } from '@tenantry/kernel';
import type pg from 'pg';
import { REFERENCE_SCHEMA } from '../context/tenant-names.js';
import { differences, type Item } from '../drift/schema-drift.js';
import { SHAPES } from '../drift/shape-sql.js';

export const TenantNotPortable = defineError(
  'TENANT_NOT_PORTABLE',
  409,
  (reason: string) => `The tenant cannot be copied whole: ${reason}.`,
);

/** Types whose values name objects of one database, and so nothing, or another thing, in every other. */
const BOUND = [
  'oid',
  'regclass',
  'regproc',
  'regprocedure',
  'regoper',
  'regoperator',
  'regnamespace',
  'regrole',
  'regtype',
];

/** What rows cannot be taken from, or given back to. Types are looked for in arrays, domains, ranges and composites too. */
const UNPORTABLE = `
  WITH RECURSIVE relation AS (SELECT * FROM pg_class WHERE relnamespace = to_regnamespace($1) AND relkind IN ('r', 'p', 'f')),
  held AS (
    SELECT relname, attname, atttypid AS type FROM relation JOIN pg_attribute ON attrelid = relation.oid
    WHERE attnum > 0 AND NOT attisdropped AND attgenerated = ''
    UNION
    SELECT relname, attname, inner_type FROM held JOIN pg_type t ON t.oid = held.type CROSS JOIN LATERAL (
      SELECT t.typelem UNION ALL SELECT t.typbasetype
      UNION ALL SELECT rngsubtype FROM pg_range WHERE t.oid IN (rngtypid, rngmultitypid)
      UNION ALL SELECT atttypid FROM pg_attribute WHERE t.typtype = 'c' AND attrelid = t.typrelid AND attnum > 0 AND NOT attisdropped
    ) part (inner_type) WHERE inner_type <> 0
  )
  SELECT format('%I is a foreign table, whose rows are elsewhere', relname) AS reason FROM relation WHERE relkind = 'f'
  UNION ALL
  SELECT format('the policies of %I hide rows from its owner too (FORCE ROW LEVEL SECURITY)', relname)
  FROM relation WHERE relforcerowsecurity
  UNION ALL
  SELECT format('%I is part of a table that is elsewhere', relname) FROM relation
  WHERE relispartition AND NOT EXISTS (SELECT FROM pg_inherits JOIN relation p ON p.oid = inhparent WHERE inhrelid = relation.oid)
  UNION ALL
  SELECT format('%I.%I names objects of this one database (%s)', relname, attname, type::regtype)
  FROM held WHERE type = ANY($2::regtype[])
  ORDER BY 1 LIMIT 1`;

/**
 * Refuses a tenant that has what no copy could hold, so that nothing is lost unseen.
 *
 * @throws TENANT_NOT_PORTABLE
 */
export async function refuseUnportable(client: pg.ClientBase, schema: string): Promise<void> {
  const { rows } = await client.query<{ reason: string }>(UNPORTABLE, [schema, BOUND]);
  if (rows[0]) throw new TenantNotPortable(rows[0].reason);
}

/**
 * Refuses a tenant whose tables are not those that its migrations make: its rows would not fit into them. A tenant that is
 * not of the newest shape has nothing here to be compared with; what does not fit is refused when its archive is imported.
 *
 * @throws TENANT_NOT_PORTABLE
 */
export async function refuseDrifted(
  client: pg.ClientBase,
  schema: string,
  migrations: readonly string[],
): Promise<void> {
  const { rows } = await client.query<{ same: boolean }>(
    `SELECT array_agg(name) @> $1::text[] AND array_agg(name) <@ $1::text[] AS same FROM platform.tenant_migration`,
    [migrations],
  );
  if (!rows[0]?.same) return;
  const [expected, found] = [await carriersOf(client, REFERENCE_SCHEMA), await carriersOf(client, schema)];
  const [first] = differences(expected, found, schema).filter(
    ({ kind, what }) => what !== 'changed' || kind === 'column' || kind === 'type',
  );
  if (!first) return;
  const { kind, name, what } = first;
  throw new TenantNotPortable(`${kind} "${name}" is ${what}, compared with what its migrations make (tenantry drift)`);
}

/** What rows are in. */
async function carriersOf(client: pg.ClientBase, schema: string): Promise<Item[]> {
  const { rows } = await client.query<Item>(
    `SELECT kind, name, definition FROM (${SHAPES}) shape WHERE kind IN ('table', 'column', 'sequence', 'type') ORDER BY 1, 2`,
    [[schema]],
  );
  return rows;
}
