export interface HardeningNames {
  readonly database: string;
  readonly owner: string;
  readonly platform: string;
  readonly app: string;
}

/**
 * Functions of pg_catalog that reach beyond a tenant although its role may call them by default: settings of the
 * session, notifications to everybody, locks and large objects of the whole database.
 */
export const WITHHELD_FUNCTIONS =
  `proname = 'set_config' OR proname = 'pg_notify' OR proname LIKE 'pg\\_advisory\\_%' OR proname LIKE 'pg\\_try\\_advisory\\_%' ` +
  `OR proname LIKE 'lo\\_%' OR proname IN ('loread', 'lowrite', 'setseed', 'pg_logical_emit_message', 'pg_export_snapshot')`;

/**
 * Takes from PUBLIC, and so from every tenant's role, what would reach out of a tenant. Needs a superuser, because the
 * functions belong to the bootstrap superuser.
 */
export function hardeningSql({ database, owner, platform, app }: HardeningNames): string[] {
  return [
    `DO $do$ DECLARE f regprocedure; BEGIN
  FOR f IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND (${WITHHELD_FUNCTIONS}) LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO ${owner}, ${platform}', f);
  END LOOP;
END $do$`,
    // What enters a tenant; of all that is withheld the application needs nothing else.
    `GRANT EXECUTE ON FUNCTION set_config(text, text, boolean) TO ${app}`,
    'REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC',
    `GRANT USAGE ON LANGUAGE plpgsql TO ${owner}`,
    `REVOKE TEMPORARY ON DATABASE "${database.replaceAll('"', '""')}" FROM PUBLIC`,
    'REVOKE CREATE ON SCHEMA public FROM PUBLIC',
  ];
}
