import { EmbeddedPostgresError } from '../embedded-postgres.error.js';

/** pg_ctl puts these paths between double quotes and has a shell read them. */
export function requireShellSafe(...paths: readonly string[]): void {
  const unsafe = process.platform === 'win32' ? /["%\r\n]/ : /["$`\\\r\n]/;
  const path = paths.find((candidate) => unsafe.test(candidate));
  if (path === undefined) return;
  throw new EmbeddedPostgresError(
    `Postgres cannot be run with the path ${JSON.stringify(path)}: choose one without quotes, $, backslashes and line breaks.`,
  );
}
