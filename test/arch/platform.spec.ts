import { NotesModule } from '@tenantry/example-notes';
import { OrdersModule } from '@tenantry/example-orders';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModulesContainer } from '@nestjs/core';
import { errorCatalogue, type EntityClass } from '@tenantry/kernel';
import { routesOf } from '@tenantry/platform';
import { PLATFORM, REFERENCE_SCHEMA, tenantSchema } from '@tenantry/tenancy';
import { getDataSourceToken } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';

let platform: TestPlatform;
let acme: TestTenant;

beforeAll(async () => {
  platform = await startPlatform({ modules: [NotesModule, OrdersModule] });
  acme = await platform.createTenant('acme');
});

afterAll(() => platform.close());

const entitiesOf = (source: DataSource) => source.entityMetadatas.map(({ target }) => target as EntityClass);

/** What TypeORM would do to make the tables as the entities say; constraints and indexes are the migrations' own. */
async function differences(entities: EntityClass[], schema: string): Promise<string[]> {
  const source = await new DataSource({
    type: 'postgres',
    url: platform.database.url,
    schema,
    entities,
    installExtensions: false,
  }).initialize();
  try {
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    return upQueries
      .map(({ query }) => query)
      .filter((query) => !/ (ADD|DROP) CONSTRAINT |^(CREATE|DROP) (UNIQUE )?INDEX|^DROP INDEX/.test(query));
  } finally {
    await source.destroy();
  }
}

describe('every route', () => {
  it('declares its access', () => {
    const routes = routesOf(platform.platform.app.get(ModulesContainer));
    expect(routes.length).toBeGreaterThan(30);
    expect(routes.filter(({ access }) => !access)).toEqual([]);
  });

  it('that is open to everybody is on this list', () => {
    const routes = routesOf(platform.platform.app.get(ModulesContainer));
    const open = routes
      .filter(({ access }) => access?.kind === 'public')
      .map(({ method, path }) => `${method} ${path}`);
    expect(open.sort()).toEqual([
      'GET /',
      'GET /.well-known/jwks.json',
      'GET /api-versions',
      'GET /api-versions/:version',
      'GET /health/live',
      'GET /health/ready',
      'GET /problems',
      'GET /problems/:kind',
      'GET /rels/:module/:rel',
      'GET /signup/slugs',
      'POST /admin/auth/login',
      'POST /auth/login',
      'POST /auth/refresh',
      'POST /invitations/accept',
      'POST /signup',
      'POST /signup/verify',
    ]);
  });
});

describe('the tables', () => {
  it('of a tenant are what its entities say', async () => {
    const source = platform.platform.app.get<DataSource>(getDataSourceToken());
    expect(await differences(entitiesOf(source), REFERENCE_SCHEMA)).toEqual([]);
    expect(await differences(entitiesOf(source), tenantSchema(acme.id))).toEqual([]);
  });

  it('of the control plane are what its entities say', async () => {
    const source = platform.platform.app.get<DataSource>(getDataSourceToken(PLATFORM));
    expect(await differences(entitiesOf(source), 'platform')).toEqual([]);
  });

  it('of a tenant stand in schemas of tenants only, and nobody but the tenant may touch them', async () => {
    const tables = await platform.database.admin<{ schema: string; grantees: string[] }>(
      `SELECT n.nspname AS schema, array(SELECT DISTINCT grantee::regrole::text FROM aclexplode(c.relacl) WHERE grantee <> c.relowner) AS grantees
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind = 'r' AND c.relname IN ('note', 'user_account', 'user_session', 'invitation') ORDER BY 1`,
    );
    for (const { schema, grantees } of tables) {
      expect(schema === REFERENCE_SCHEMA ? [] : [schema]).toEqual(grantees);
    }
    expect(new Set(tables.map(({ schema }) => schema))).toEqual(new Set([REFERENCE_SCHEMA, tenantSchema(acme.id)]));
  });
});

describe('docs/errors.md', () => {
  it('lists every error of the code, and no other', async () => {
    const page = await readFile(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');
    const listed = [...page.matchAll(/^\| `(\w+)`/gm)].map(([, code]) => code);
    const declared = errorCatalogue()
      .map(({ code }) => code)
      .filter((code) => !code.startsWith('SPEC_'));
    expect(listed).toEqual(declared);
  });
});
