import { loginUrl, OwnerDatabase } from '@tenantry/tenancy';
import { finding, type Finding } from './finding.js';
import type { Patient } from './examine.js';

const STUCK = `
  SELECT id || ' (' || kind || ')' AS name FROM platform.tenant_operation
  WHERE status = 'running' AND updated_at < now() - interval '10 minutes' ORDER BY updated_at`;

const OVERDUE = `SELECT slug AS name FROM platform.tenant WHERE status = 'deleted' AND purge_after < now() - interval '10 minutes' ORDER BY 1`;

/** Schemas that this installation made, of no tenant and not waiting for one. */
const SCHEMAS = `
  SELECT nspname AS name FROM pg_namespace WHERE nspname ~ '^t_[0-9a-f]{32}$' AND nspowner = to_regrole($2) AND $1::text IS NOT NULL
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

const DEAD = `SELECT count(*) || ' of ' || task AS name FROM platform.job WHERE status = 'dead' GROUP BY task ORDER BY count(*) DESC, task`;

/** Of tenants that are not active, jobs wait. */
const LATE = `
  SELECT count(*) || ' of ' || task AS name FROM platform.job j JOIN platform.tenant t ON t.id = j.tenant_id AND t.status = 'active'
  WHERE j.status IN ('waiting', 'handed') AND j.run_at < now() - interval '10 minutes' GROUP BY task ORDER BY count(*) DESC, task`;

const OPERATORLESS = `SELECT 'there is none' AS name WHERE NOT EXISTS (SELECT FROM platform.operator)`;

/** Written while a clock was ahead. */
const FUTURE = `
  SELECT 'tenant ' || slug AS name FROM platform.tenant WHERE greatest(created_at, updated_at) > now() + interval '1 minute'
  UNION ALL SELECT 'operation ' || id FROM platform.tenant_operation WHERE greatest(created_at, updated_at) > now() + interval '1 minute'
  UNION ALL SELECT 'signing key ' || kid FROM platform.signing_key WHERE created_at > now() + interval '1 minute'`;

/** Each gives a row for each thing that is amiss; `$1` is the application's role, `$2` the owner. */
const QUESTIONS = [
  ['no operation is stuck', STUCK, 'Start a server: it takes them up. Its log says what keeps them.'],
  ['deleted tenants are purged in time', OVERDUE, 'Start a server: it purges them. Its log says what keeps them.'],
  ['every schema is a tenant’s', SCHEMAS, 'Look into them; then DROP SCHEMA <name> CASCADE;'],
  ['every tenant role is a tenant’s', ROLES, 'Look into them; then DROP ROLE <name>;'],
  ['mails of sign-ups go out', WAITING, 'Check TENANTRY_SMTP_URL; the log says what the server answers.'],
  ['no background job is dead', DEAD, 'GET /admin/jobs?status=dead says why; then POST .../{id}/retry, or DELETE.'],
  [
    'background work is done in time',
    LATE,
    'Start a server or `tenantry worker`; or raise TENANTRY_WORKER_CONCURRENCY.',
  ],
  ['there is an operator', OPERATORLESS, 'tenantry operators reset-password <email>'],
  [
    'nothing is of the future',
    FUTURE,
    'Let all machines keep time by NTP; what was written ahead counts from then on.',
  ],
] as const;

/** What is left over, left lying or left out. */
export async function examineFleet({ settings, secret, databaseUrl }: Patient): Promise<Finding[]> {
  const installation = settings.get('TENANTRY_INSTALLATION');
  const owner = new OwnerDatabase(loginUrl(databaseUrl, secret, installation, 'owner'));
  const roles = [`${installation}_app`, `${installation}_owner`];
  try {
    const findings: Finding[] = [];
    for (const [check, sql, remedy] of QUESTIONS) {
      const values = sql.includes('$2') ? roles : [];
      const { rows } = await owner.withClient((client) => client.query<{ name: string }>(sql, values));
      findings.push(
        judge(
          check,
          rows.map(({ name }) => name),
          remedy,
        ),
      );
    }
    return findings;
  } finally {
    await owner.onApplicationShutdown();
  }
}

function judge(check: string, found: readonly string[], remedy: string): Finding {
  const shown = found.slice(0, 5).join(', ');
  const detail = found.length > 5 ? `${shown} and ${found.length - 5} more` : shown;
  return finding(check, found.length === 0, { detail, remedy, otherwise: 'warning' });
}
