import type { OwnerDatabase } from '@tenantry/tenancy';

export interface ColumnIndexes {
  /** A whole, valid index begins with it. */
  readonly indexed: boolean;
  /** One of these is a B-tree, which can be read in order. */
  readonly ordered: boolean;
  readonly nullable: boolean;
}

export interface TableColumns {
  find(table: string, column: string): ColumnIndexes;
}

const NONE: ColumnIndexes = { indexed: false, ordered: false, nullable: false };

/** Which columns of a schema's tables indexes begin with. Partial ones do not count: they lack rows. */
export async function leadingColumns(owner: OwnerDatabase, schema: string): Promise<TableColumns> {
  const { rows } = await owner.withClient((client) =>
    client.query<ColumnIndexes & { table: string; column: string }>(
      `SELECT c.relname AS "table", a.attname AS "column", NOT a.attnotnull AS nullable,
              count(m.amname) > 0 AS indexed, coalesce(bool_or(m.amname = 'btree'), false) AS ordered
       FROM pg_class c
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indkey[0] = a.attnum AND i.indisvalid AND i.indpred IS NULL
       LEFT JOIN pg_class x ON x.oid = i.indexrelid
       LEFT JOIN pg_am m ON m.oid = x.relam
       WHERE c.relnamespace = to_regnamespace($1) AND c.relkind IN ('r', 'p')
       GROUP BY 1, 2, 3`,
      [schema],
    ),
  );
  const found = new Map(rows.map(({ table, column, ...indexes }) => [JSON.stringify([table, column]), indexes]));
  return { find: (table, column) => found.get(JSON.stringify([table, column])) ?? NONE };
}
