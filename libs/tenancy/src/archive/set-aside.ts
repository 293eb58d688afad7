import type pg from 'pg';

interface Statements {
  readonly away: string;
  readonly back: string;
}

/**
 * What must not see rows while they arrive: foreign keys, so that the order of the tables does not matter; constraints
 * that were never checked for all rows; triggers and rules, so that nothing happens besides. Each as it is put away, and
 * as it was.
 */
const SET_ASIDE = `
  WITH relation AS (SELECT oid, format('%I.%I', $1::text, relname) AS name FROM pg_class
                    WHERE relnamespace = to_regnamespace($1) AND relkind IN ('r', 'p'))
  SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', name, conname) AS away,
         format('ALTER TABLE %s ADD CONSTRAINT %I %s', name, conname, pg_get_constraintdef(k.oid)) AS back
  FROM pg_constraint k JOIN relation ON relation.oid = conrelid
  WHERE conparentid = 0 AND coninhcount = 0 AND (contype = 'f' OR NOT convalidated)
  UNION ALL
  SELECT format('ALTER TABLE %s DISABLE TRIGGER %I', name, tgname),
         format('ALTER TABLE %s ENABLE %s TRIGGER %I', name, CASE tgenabled WHEN 'A' THEN 'ALWAYS' WHEN 'R' THEN 'REPLICA' END, tgname)
  FROM pg_trigger JOIN relation ON relation.oid = tgrelid
  WHERE NOT tgisinternal AND tgparentid = 0 AND tgenabled <> 'D'
  UNION ALL
  SELECT format('ALTER TABLE %s DISABLE RULE %I', name, rulename),
         format('ALTER TABLE %s ENABLE %s RULE %I', name, CASE ev_enabled WHEN 'A' THEN 'ALWAYS' WHEN 'R' THEN 'REPLICA' END, rulename)
  FROM pg_rewrite JOIN relation ON relation.oid = ev_class WHERE ev_enabled <> 'D'`;

/**
 * Puts them away.
 *
 * @param client the owner's, in a transaction, with the schema first in its search path
 * @returns what brings them back, and checks the foreign keys of every row
 */
export async function setAside(client: pg.ClientBase, schema: string): Promise<() => Promise<void>> {
  const { rows } = await client.query<Statements>(SET_ASIDE, [schema]);
  const all = (statements: string[]) => (statements.length > 0 ? client.query(statements.join(';')) : undefined);
  await all(rows.map(({ away }) => away));
  return async () => {
    await all(rows.map(({ back }) => back));
  };
}
