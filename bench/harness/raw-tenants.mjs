import { randomUUID } from 'node:crypto';
import { concurrently } from './concurrently.mjs';

/** Statements that make a tenant's tables, as the platform has recorded them. */
export async function tablesSql(client) {
  const { rows } = await client.query('SELECT statements FROM platform.tenant_migration ORDER BY sequence');
  return rows.flatMap(({ statements }) => statements.map(({ sql }) => sql)).join('\n;\n');
}

/** What somebody writes who makes tenants by hand: role, schema, tables, owner and row, in one transaction. */
export function rawTenantSql(app, tables) {
  const id = randomUUID();
  const name = `t_${id.replaceAll('-', '')}`;
  const grant = 'WITH INHERIT FALSE, SET TRUE';
  return `BEGIN;
    CREATE ROLE ${name} NOLOGIN;
    GRANT ${name} TO ${app} ${grant};
    CREATE SCHEMA ${name};
    GRANT USAGE ON SCHEMA ${name} TO ${name};
    ALTER DEFAULT PRIVILEGES IN SCHEMA ${name} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${name};
    ALTER DEFAULT PRIVILEGES IN SCHEMA ${name} GRANT USAGE, SELECT ON SEQUENCES TO ${name};
    SET LOCAL search_path = ${name}, extensions, pg_temp;
    ${tables};
    INSERT INTO user_account (email, name, roles) VALUES ('owner@raw.example', 'owner', '{owner}');
    INSERT INTO platform.tenant (id, slug, name, status, plan, api_version, migration_set, created_at)
    SELECT '${id}', 'raw-' || right('${name}', 20), 'raw', 'active', 'free', '2026-11-01',
           (SELECT id FROM platform.migration_set ORDER BY array_length(migrations, 1) DESC LIMIT 1), now() - interval '1 day';
    COMMIT`;
}

/** A fleet made by hand, over a few connections: to measure beside it, not to measure it. */
export async function makeFleet(postgres, url, app, size) {
  const tables = await postgres.using(url, tablesSql);
  const share = Math.ceil(size / 2);
  await concurrently([share, size - share], 2, (count) =>
    postgres.using(url, async (client) => {
      for (let n = 0; n < count; n += 1) await client.query(rawTenantSql(app, tables));
    }),
  );
  // Not the whole database: a backend that has vacuumed every table of a large fleet holds gigabytes.
  await postgres.using(url, (client) => client.query('VACUUM ANALYZE platform.tenant'));
  await postgres.using(url, (client) => client.query('CHECKPOINT'));
}
