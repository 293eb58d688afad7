import { WITHHELD_FUNCTIONS } from './hardening-sql.js';

/** One question to the catalogue: it gives a row for each thing that is not as it must be. */
export interface Probe {
  readonly check: string;
  /** What could happen. */
  readonly risk: string;
  readonly remedy: string;
  /** Selects one text column, the offenders. `$1` the app role, `$2` the platform role, `$3` the owner. */
  readonly sql: string;
}

const publicMay = (acl: string, privilege: string) =>
  `EXISTS (SELECT FROM aclexplode(${acl}) a WHERE a.grantee = 0 AND a.privilege_type = '${privilege}')`;

const PREPARE = 'Let a superuser run the SQL of `tenantry roles sql` in this database.';

/** Everything isolation rests on that Postgres can tell of itself. */
export const PROBES: readonly Probe[] = [
  {
    check: 'tenants’ statements arrive as the application role',
    risk: 'Another login, such as one that a pooler forces, may have more rights.',
    remedy: 'Let DATABASE_URL and TENANTRY_POOLER_URL pass the login role on.',
    sql: `SELECT session_user::text WHERE session_user <> $1 AND $2::text IS NOT NULL AND $3::text IS NOT NULL`,
  },
  {
    check: 'login roles have no privilege over others',
    risk: 'A login role that is a superuser, bypasses row security or inherits would see every tenant.',
    remedy: PREPARE,
    sql: `SELECT rolname::text FROM pg_roles WHERE (rolname IN ($1, $2) AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolinherit))
          OR (rolname = $3 AND (rolsuper OR rolbypassrls))`,
  },
  {
    check: 'the application role is a member of tenants’ roles only',
    risk: 'A membership in another role opens what that role may do.',
    remedy: 'REVOKE the named roles from the application role.',
    sql: `SELECT r.rolname::text FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid JOIN pg_roles u ON u.oid = m.member
          WHERE u.rolname IN ($1, $2) AND r.rolname !~ '^t_[0-9a-f]{32}$' AND $3::text IS NOT NULL`,
  },
  {
    check: 'the application role inherits nothing from tenants’ roles',
    risk: 'With an inherited membership a tenant’s tables are open before the tenant is entered.',
    remedy: 'GRANT the named roles again WITH INHERIT FALSE, ADMIN FALSE.',
    // As JSON, because the option's column came with Postgres 16.
    sql: `SELECT r.rolname::text FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid JOIN pg_roles u ON u.oid = m.member
          WHERE u.rolname = $1 AND (m.admin_option OR coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, false))
          AND $2::text IS NOT NULL AND $3::text IS NOT NULL`,
  },
  {
    check: 'tenants’ roles cannot log in',
    risk: 'A tenant role with LOGIN or more could be used from outside.',
    remedy: 'ALTER ROLE ... NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE.',
    sql: `SELECT rolname::text FROM pg_roles WHERE rolname ~ '^t_[0-9a-f]{32}$'
          AND (rolcanlogin OR rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb) AND $1::text <> $2 AND $3::text IS NOT NULL`,
  },
  {
    check: 'functions that reach beyond a tenant are withheld from PUBLIC',
    risk: 'An injected SELECT could call set_config to become another tenant, notify every process or hold shared locks.',
    remedy: PREPARE,
    sql: `SELECT DISTINCT proname::text FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND (${WITHHELD_FUNCTIONS})
          AND ${publicMay(`coalesce(proacl, acldefault('f', proowner))`, 'EXECUTE')} AND $1::text <> $2 AND $3::text IS NOT NULL`,
  },
  {
    check: 'no procedural language is open to PUBLIC',
    risk: 'DO blocks and functions of a tenant could run SET ROLE.',
    remedy: PREPARE,
    sql: `SELECT lanname::text FROM pg_language WHERE lanpltrusted AND lanname <> 'sql'
          AND ${publicMay(`coalesce(lanacl, acldefault('l', lanowner))`, 'USAGE')} AND $1::text <> $2 AND $3::text IS NOT NULL`,
  },
  {
    check: 'PUBLIC makes no temporary tables',
    risk: 'A temporary table stays on the connection that the next tenant gets.',
    remedy: PREPARE,
    sql: `SELECT datname::text FROM pg_database WHERE datname = current_database()
          AND ${publicMay(`coalesce(datacl, acldefault('d', datdba))`, 'TEMPORARY')} AND $1::text <> $2 AND $3::text IS NOT NULL`,
  },
  {
    check: 'PUBLIC creates nothing in any schema',
    risk: 'A table or function planted in a shared schema could be taken for a tenant’s own.',
    remedy: 'REVOKE CREATE ON SCHEMA ... FROM PUBLIC.',
    sql: `SELECT nspname::text FROM pg_namespace WHERE nspname !~ '^pg_'
          AND ${publicMay(`coalesce(nspacl, acldefault('n', nspowner))`, 'CREATE')} AND $1::text <> $2 AND $3::text IS NOT NULL`,
  },
  {
    check: 'PUBLIC calls no SECURITY DEFINER function of this database',
    risk: 'Such a function runs with its owner’s rights, whoever calls it.',
    remedy: 'REVOKE EXECUTE on the named functions FROM PUBLIC, or leave them out of this database.',
    sql: `SELECT p.oid::regprocedure::text FROM pg_proc p WHERE prosecdef
          AND pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
          AND NOT (pronamespace = to_regnamespace('extensions') AND proname IN ('tenant_lock', 'emit_event', 'enqueue_task'))
          AND ${publicMay(`coalesce(proacl, acldefault('f', proowner))`, 'EXECUTE')} AND $1::text <> $2 AND $3::text IS NOT NULL`,
  },
];
