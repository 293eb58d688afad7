import { join } from 'node:path';
import { tenantSchema } from '@tenantry/tenancy';
import { concurrently } from '../harness/concurrently.mjs';
import { Administration, newInstallation } from '../harness/installation.mjs';
import { LOAD_COLUMNS, loadRow, takeTurns, throughputRatio } from '../harness/rounds.mjs';

const TENANTS = 100;
const NOTES = 50;
const POOL = 10; // TENANTRY_DATABASE_POOL's default
const TARGET = 0.75;

const BARE = 'passport-jwt, one schema';
const BASICS = '... with helmet, compression, HAL';
const PLATFORM = 'Tenantry, log level warn';
const LOGGING = 'Tenantry, a log line a request';
const NAMES = [BARE, BASICS, PLATFORM, LOGGING];

/** What a request costs on the whole platform: token, tenant, permission, usage, problem and HAL answers. */
export async function compare(bench) {
  const environment = await newInstallation(bench.postgres);
  const platform = await bench.start(PLATFORM, 'platform.mjs', { environment });
  const logging = { environment: { ...environment, TENANTRY_LOG_LEVEL: 'info' } };
  const logger = await bench.start(LOGGING, 'platform.mjs', logging, { log: join(bench.folder, 'request.log') });
  const requests = await fill(bench.postgres, platform.url, environment.DATABASE_URL);
  const bare = await bareOptions(bench.postgres, platform.url, environment.DATABASE_URL, requests[0]);
  const subjects = [
    await bench.start(BARE, 'passport.mjs', { ...bare, basics: false }),
    await bench.start(BASICS, 'passport.mjs', { ...bare, basics: true }),
    platform,
    logger,
  ];
  const samples = await takeTurns(bench, subjects, () => requests);
  for (const subject of subjects) await subject.stop();
  const { ratio } = throughputRatio(samples, PLATFORM, BARE);
  return {
    title: 'Request',
    text:
      `\`GET /notes/:id\` with an RS256 token and \`X-Tenant\`, over ${TENANTS} tenants with ${NOTES} notes each, against the ` +
      'same route with passport-jwt alone, the same tokens and key, and all notes in one schema. Pools of ' +
      `${POOL}. The last row writes its log to a file.`,
    tables: [{ columns: ['server', ...LOAD_COLUMNS], rows: NAMES.map((name) => loadRow(samples, name, BARE)) }],
    verdicts: [{ what: `${PLATFORM}, to ${BARE}`, value: ratio, target: TARGET }],
  };
}

/** Makes tenants with notes; gives the requests that read them. */
async function fill(postgres, url, database) {
  const administration = await Administration.signIn(url);
  const slugs = Array.from({ length: TENANTS }, (_, index) => `tenant-${index}`);
  const tenants = await concurrently(slugs, 2, (slug) => administration.createTenantWithToken(slug));
  return postgres.using(database, async (client) => {
    const requests = [];
    for (const { slug, accessToken } of tenants) {
      const headers = { authorization: `Bearer ${accessToken}`, 'x-tenant': slug };
      const { tid } = claimsOf(headers);
      const { rows } = await client.query(
        `INSERT INTO ${tenantSchema(tid)}.note (title, body)
         SELECT 'Note ' || n, repeat('x', 200) FROM generate_series(1, $1::int) AS n RETURNING id`,
        [NOTES],
      );
      requests.push(...rows.map(({ id }) => ({ path: `/notes/${id}`, headers })));
    }
    return requests;
  });
}

/** The same notes under the same ids in one table, and what verifies the platform's tokens. */
async function bareOptions(postgres, url, database, request) {
  const { keys } = await (await fetch(`${url}/.well-known/jwks.json`)).json();
  const { iss, aud } = claimsOf(request.headers);
  const bareDatabase = await postgres.createDatabase();
  const notes = await postgres.using(database, async (client) => {
    const { rows } = await client.query("SELECT id FROM platform.tenant WHERE status = 'active'");
    const parts = rows.map(({ id }) => `SELECT * FROM ${tenantSchema(id)}.note`);
    return (await client.query(parts.join(' UNION ALL '))).rows;
  });
  await postgres.using(bareDatabase, async (client) => {
    await client.query(
      `CREATE TABLE note (id uuid PRIMARY KEY, title text NOT NULL, body text NOT NULL,
       created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL)`,
    );
    await client.query('INSERT INTO note SELECT * FROM json_populate_recordset(NULL::note, $1)', [
      JSON.stringify(notes),
    ]);
  });
  await postgres.settle(database);
  await postgres.settle(bareDatabase);
  return { url: bareDatabase, max: POOL, jwk: keys[0], issuer: iss, audience: aud };
}

function claimsOf({ authorization }) {
  return JSON.parse(Buffer.from(authorization.split('.')[1], 'base64url').toString('utf8'));
}
