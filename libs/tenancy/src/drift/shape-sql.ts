/**
 * The shape of schemas ($1 names) as rows of schema, kind, name and definition, in which the schema's own name is
 * taken out, so that equal shapes give equal rows. One look at the catalogue for all of them.
 */
export const SHAPES = `
  WITH schema AS (SELECT oid, nspname, nspowner FROM pg_namespace WHERE nspname = ANY($1)),
  relation AS (SELECT c.*, s.nspname FROM pg_class c JOIN schema s ON s.oid = c.relnamespace),
  item AS (
    SELECT nspname, CASE relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'view' ELSE 'table' END AS kind,
           relname::text AS name,
           concat_ws(' ', relkind, relpersistence, array_to_string(reloptions, ','), CASE WHEN relrowsecurity THEN 'rls' END,
             CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END,
             (SELECT concat_ws(' ', format_type(seqtypid, NULL), seqstart, seqincrement, seqmin, seqmax, seqcycle)
              FROM pg_sequence WHERE seqrelid = relation.oid)) AS definition
    FROM relation WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
    UNION ALL
    SELECT nspname, 'column', relname || '.' || attname,
           concat_ws(' ', format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'NOT NULL' END,
             NULLIF(attidentity, ''), NULLIF(attgenerated, ''), NULLIF(attcollation, t.typcollation)::text)
    FROM relation JOIN pg_attribute a ON attrelid = relation.oid JOIN pg_type t ON t.oid = atttypid
    WHERE relkind IN ('r', 'p', 'f') AND attnum > 0 AND NOT attisdropped
    UNION ALL
    SELECT nspname, 'default', relname || '.' || attname, pg_get_expr(adbin, adrelid)
    FROM relation JOIN pg_attrdef d ON adrelid = relation.oid
    JOIN pg_attribute a ON a.attrelid = adrelid AND a.attnum = adnum
    UNION ALL
    SELECT nspname, 'constraint', relname || '.' || conname,
           pg_get_constraintdef(k.oid) -- NOT VALID is part of it; NOT NULL belongs to the column
    FROM relation JOIN pg_constraint k ON conrelid = relation.oid WHERE contype <> 'n'
    UNION ALL
    SELECT nspname, 'index', i.relname || '',
           pg_get_indexdef(indexrelid) || CASE WHEN indisvalid THEN '' ELSE ' INVALID' END
    FROM pg_index JOIN relation i ON i.oid = indexrelid
    UNION ALL
    SELECT nspname, 'trigger', relname || '.' || tgname, concat_ws(' ', pg_get_triggerdef(t.oid), tgenabled)
    FROM relation JOIN pg_trigger t ON tgrelid = relation.oid WHERE NOT tgisinternal
    UNION ALL
    SELECT nspname, 'policy', relname || '.' || polname,
           concat_ws(' ', polcmd, polpermissive, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
    FROM relation JOIN pg_policy ON polrelid = relation.oid
    UNION ALL
    SELECT nspname, 'function', proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
           CASE WHEN prokind IN ('f', 'p') THEN pg_get_functiondef(p.oid) ELSE prokind::text END
    FROM pg_proc p JOIN schema s ON s.oid = pronamespace
    UNION ALL
    SELECT nspname, 'type', typname,
           concat_ws(' ', typtype, (SELECT string_agg(quote_literal(enumlabel), ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid),
             CASE WHEN typtype = 'd' THEN format_type(typbasetype, typtypmod) END)
    FROM pg_type t JOIN schema s ON s.oid = typnamespace WHERE typtype IN ('e', 'd', 'r')
  )
  SELECT nspname AS schema, kind, name, replace(definition, nspname || '.', '') AS definition FROM item`;

/** One digest for each schema, so that those which are as they should be cost a row. */
export const DIGESTS = `
  SELECT schema, md5(string_agg(concat_ws(chr(31), kind, name, definition), chr(30) ORDER BY kind, name, definition)) AS digest
  FROM (${SHAPES}) shape GROUP BY schema`;

/**
 * What is wrong with owners and privileges in tenants' schemas ($1 names; role and schema have the same name; $2 the
 * owner's role): the tenant's role has its rights on everything, nobody else has any. The reference schema has no role.
 */
export const PRIVILEGES = `
  WITH schema AS (SELECT oid, nspname, nspowner, nspacl, to_regrole(nspname) AS role FROM pg_namespace WHERE nspname = ANY($1)),
  relation AS (
    SELECT c.oid, relname::text AS name, relkind, relowner, relacl, nspname, role
    FROM pg_class c JOIN schema ON relnamespace = schema.oid WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
  ),
  due AS (
    SELECT relation.*, unnest(CASE relkind WHEN 'S' THEN '{USAGE,SELECT}' ELSE '{SELECT,INSERT,UPDATE,DELETE}' END::text[]) AS privilege
    FROM relation WHERE relowner = $2::regrole
  ),
  granted AS (
    SELECT nspname, role, name, relkind, a.grantee, a.privilege_type AS privilege, relowner AS owner
    FROM relation, aclexplode(relacl) a
  )
  SELECT nspname AS schema, 'role' AS kind, nspname::text AS name, 'missing' AS what, '' AS detail FROM schema WHERE role IS NULL
  UNION ALL
  SELECT nspname, 'owner', nspname, 'changed', pg_get_userbyid(nspowner) FROM schema WHERE nspowner <> $2::regrole
  UNION ALL
  SELECT nspname, 'owner', name, 'changed', pg_get_userbyid(relowner) FROM relation WHERE relowner <> $2::regrole
  UNION ALL
  SELECT nspname, 'grant', 'schema', 'missing', 'USAGE' FROM schema
  WHERE role IS NOT NULL AND NOT EXISTS (SELECT FROM aclexplode(nspacl) a WHERE a.grantee = role AND a.privilege_type = 'USAGE')
  UNION ALL
  SELECT nspname, 'grant', 'schema', 'extra', privilege_type || ' ' || CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END
  FROM schema, aclexplode(nspacl)
  WHERE grantee <> nspowner AND (grantee IS DISTINCT FROM role OR privilege_type <> 'USAGE')
  UNION ALL
  SELECT nspname, 'grant', name, 'missing', privilege FROM due
  WHERE role IS NOT NULL AND NOT EXISTS (
    SELECT FROM granted g WHERE g.nspname = due.nspname AND g.name = due.name AND g.grantee = due.role AND g.privilege = due.privilege)
  UNION ALL
  SELECT nspname, 'grant', name, 'extra', privilege || ' ' || CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END
  FROM granted WHERE grantee <> owner AND (grantee IS DISTINCT FROM role
    OR privilege <> ALL (CASE relkind WHEN 'S' THEN '{USAGE,SELECT}' ELSE '{SELECT,INSERT,UPDATE,DELETE}' END::text[]))
  UNION ALL
  SELECT nspname, 'default privileges', k.name, 'missing', '' FROM schema, (VALUES ('r', 'tables', 4), ('S', 'sequences', 2)) k (type, name, count)
  WHERE role IS NOT NULL AND k.count > (
    SELECT count(*) FROM pg_default_acl d, aclexplode(defaclacl) a
    WHERE defaclnamespace = schema.oid AND defaclrole = $2::regrole AND defaclobjtype = k.type::"char" AND a.grantee = role)`;
