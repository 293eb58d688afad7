import { randomBytes } from 'node:crypto';
import { InstallationSecret, parseSettings, type Settings } from '@tenantry/kernel';
import pg from 'pg';
import { inject } from 'vitest';

/** A database of its own with an installation of its own, so that tests in parallel never meet. */
export interface TestDatabase {
  readonly url: string;
  readonly settings: Settings;
  readonly secret: InstallationSecret;
  /** Runs SQL as the superuser. */
  admin: <Row extends pg.QueryResultRow>(sql: string, values?: unknown[]) => Promise<Row[]>;
  drop(): Promise<void>;
}

export async function createTestDatabase(environment: Record<string, string> = {}): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const server = inject('postgresUrl');
  await onServer(server, (client) => client.query(`CREATE DATABASE ${name}`));
  const url = new URL(server);
  url.pathname = `/${name}`;
  const admin = new pg.Pool({ connectionString: url.href, max: 2 });
  admin.on('error', () => undefined);
  const secret = randomBytes(32).toString('hex');
  return {
    url: url.href,
    secret: new InstallationSecret(secret),
    settings: parseSettings({
      TENANTRY_INSTALLATION: name,
      TENANTRY_SECRET: secret,
      DATABASE_URL: url.href,
      TENANTRY_LOG_LEVEL: 'error',
      TENANTRY_OPERATOR_EMAIL: 'operator@example.com',
      TENANTRY_OPERATOR_PASSWORD: 'operator-password-1',
      ...environment,
    }),
    admin: async <Row extends pg.QueryResultRow>(sql: string, values?: unknown[]) =>
      (await admin.query<Row>(sql, values)).rows,
    drop: async () => {
      const { rows } = await admin.query<{ rolname: string }>(
        `SELECT rolname FROM pg_roles r WHERE rolname LIKE $1 OR r.rolname ~ '^t_[0-9a-f]{32}$' AND (
           EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = r.rolname) OR
           EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles a ON a.oid = m.member WHERE m.roleid = r.oid AND a.rolname LIKE $1))`,
        [`${name}\\_%`],
      );
      await admin.end();
      await onServer(server, async (client) => {
        await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
        // Tenants first: the owner granted them, so it goes last.
        rows.sort((a, b) => Number(b.rolname.startsWith('t_')) - Number(a.rolname.startsWith('t_')));
        for (const { rolname } of rows) await client.query(`DROP ROLE IF EXISTS ${client.escapeIdentifier(rolname)}`);
      });
    },
  };
}

async function onServer(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
