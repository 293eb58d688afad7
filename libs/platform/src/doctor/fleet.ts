import { loginUrl, OwnerDatabase } from '@tenantry/tenancy';
import { finding, type Finding } from './finding.js';
import type { Patient } from './examine.js';

const STUCK = `
  SELECT id || ' (' || kind || ')' AS name FROM platform.tenant_operation
  WHERE status = 'running' AND updated_at < now() - interval '10 minutes' ORDER BY updated_at`;

const OVERDUE = `SELECT slug AS name FROM platform.tenant WHERE status = 'deleted' AND purge_after < now() - interval '10 minutes' ORDER BY 1`;

/** Schemas that this installation made, of no tenant and not waiting for one. */
const SCHEMAS = `
  SELECT nspname AS name FROM pg_namespace WHERE nspname ~ '^t_[0-9a-f]{32}$' AND nspowner = to_regrole($1)
  AND NOT EXISTS (SELECT FROM platform.tenant WHERE 't_' || replace(id::text, '-', '') = nspname)
  AND NOT EXISTS (SELECT FROM platform.warm_schema WHERE 't_' || replace(id::text, '-', '') = nspname) ORDER BY 1`;

/** Roles belong to the whole cluster: ours are those that our logins are members of, or may hand out. */
const ROLES = `
  SELECT DISTINCT r.rolname AS name FROM pg_roles r JOIN pg_auth_members m ON m.roleid = r.oid
  WHERE r.rolname ~ '^t_[0-9a-f]{32}$' AND m.member IN (to_regrole($1), to_regrole($2))
  AND NOT EXISTS (SELECT FROM platform.tenant WHERE 't_' || replace(id::text, '-', '') = r.rolname)
  AND NOT EXISTS (SELECT FROM platform.warm_schema WHERE 't_' || replace(id::text, '-', '') = r.rolname) ORDER BY 1`;

const WAITING = `
  SELECT count(*)::text AS name FROM platform.signup_request
  WHERE mailed_at IS NULL AND expires_at > now() AND mail_attempts >= 3 HAVING count(*) > 0`;

/** What is left over, or left lying. */
export async function examineFleet({ settings, secret, databaseUrl }: Patient): Promise<Finding[]> {
  const installation = settings.get('TENANTRY_INSTALLATION');
  const owner = new OwnerDatabase(loginUrl(databaseUrl, secret, installation, 'owner'));
  const [app, own] = [`${installation}_app`, `${installation}_owner`];
  const names = async (sql: string, values: string[] = []): Promise<string[]> =>
    (await owner.withClient((client) => client.query<{ name: string }>(sql, values))).rows.map(({ name }) => name);
  try {
    return [
      judge(
        'no operation is stuck',
        await names(STUCK),
        'Start a server: it takes them up. Its log says what keeps them.',
      ),
      judge(
        'deleted tenants are purged in time',
        await names(OVERDUE),
        'Start a server: it purges them. Its log says what keeps them.',
      ),
      judge(
        'every schema is a tenant’s',
        await names(SCHEMAS, [own]),
        'Look into them; then DROP SCHEMA <name> CASCADE;',
      ),
      judge(
        'every tenant role is a tenant’s',
        await names(ROLES, [app, own]),
        'Look into them; then DROP ROLE <name>;',
      ),
      judge(
        'mails of sign-ups go out',
        await names(WAITING),
        'Check TENANTRY_SMTP_URL; the log says what the server answers.',
      ),
    ];
  } finally {
    await owner.onApplicationShutdown();
  }
}

function judge(check: string, found: readonly string[], remedy: string): Finding {
  const shown = found.slice(0, 5).join(', ');
  const detail = found.length > 5 ? `${shown} and ${found.length - 5} more` : shown;
  return finding(check, found.length === 0, { detail, remedy, otherwise: 'warning' });
}
