import { randomBytes } from 'node:crypto';
import { newId } from '@tenantry/kernel';
import { TenantDdl, tenantSchema } from '@tenantry/tenancy';
import { load } from '../harness/load.mjs';
import { LOAD_COLUMNS, loadRow, takeTurns, throughputRatio } from '../harness/rounds.mjs';
import { median } from '../harness/statistics.mjs';

const TENANTS = 100;
const ROWS = 100;
const POOL = 8;
const POOL_PER_TENANT = 4;
const TARGET = 0.85;
const TABLE = '(id int PRIMARY KEY, title text NOT NULL, body text NOT NULL)';

const BARE = 'one schema, no tenancy';
const TENANTRY = 'Tenantry';
const WAYS = [
  [BARE, 'one-schema'],
  [TENANTRY, 'tenant-client'],
  ['schema-qualified names, no role', 'qualified-names'],
  ['SET ... RESET', 'set-and-reset'],
  ['transaction with SET LOCAL', 'set-local'],
  [`DataSource per tenant (pool of ${POOL_PER_TENANT})`, 'data-source-per-tenant'],
];

/** The cost of entering a tenant with every statement, and what other ways cost. */
export async function compare(bench) {
  const { tenants, login, all } = await fill(bench.postgres);
  const subjects = [];
  for (const [name, way] of WAYS) {
    const url = way === 'qualified-names' || way === 'one-schema' ? all : login;
    const options = { way, url, tenants, max: POOL, perTenant: POOL_PER_TENANT, tenantsPerConnection: 500 };
    subjects.push(await bench.start(name, 'rows.mjs', { ...options, applicationName: way }));
  }
  const requests = tenants.flatMap((_, tenant) =>
    Array.from({ length: ROWS }, (_row, id) => ({ path: `/rows/${id}`, headers: { 'x-t': String(tenant) } })),
  );
  for (const subject of subjects) await check(subject);
  const samples = await takeTurns(bench, subjects, () => requests);
  const connections = await connectionsOf(bench, requests, subjects);
  for (const subject of subjects) await subject.stop();
  const { ratio } = throughputRatio(samples, TENANTRY, BARE);
  return {
    title: 'Statement',
    text:
      `\`GET /rows/:id\` of one Nest and Fastify application, a primary-key read with \`repository.findOneBy\`, over ${TENANTS} ` +
      `tenants with ${ROWS} rows each; pools of ${POOL}. No authentication and no log on any side: what differs is how ` +
      'the statement finds its tenant.',
    tables: [
      { columns: ['way', ...LOAD_COLUMNS], rows: WAYS.map(([name]) => loadRow(samples, name, BARE)) },
      { columns: ['way', 'connections', 'Postgres memory of all, MB', 'of one, MB'], rows: connections },
    ],
    verdicts: [{ what: `${TENANTRY} to ${BARE}`, value: ratio, target: TARGET }],
  };
}

async function fill(postgres) {
  const url = await postgres.createDatabase();
  const name = `bench_app_${randomBytes(4).toString('hex')}`;
  const password = randomBytes(16).toString('hex');
  const tenants = Array.from({ length: TENANTS }, () => ({ id: newId() }));
  const ddl = new TenantDdl(name);
  await postgres.using(url, async (client) => {
    await client.query(`CREATE ROLE ${name} LOGIN NOINHERIT PASSWORD '${password}'; CREATE SCHEMA extensions`);
    await client.query(`CREATE TABLE public.row ${TABLE}`);
    // As many rows as all tenants have together; those that are asked for hold what the first tenant's do.
    await client.query(`INSERT INTO public.row ${rowsOf('one', TENANTS * ROWS)}`);
    for (const { id } of tenants) {
      await ddl.createRole(client, id);
      await ddl.createSchema(client, id);
      await client.query(`CREATE TABLE ${tenantSchema(id)}.row ${TABLE}`);
      await client.query(`INSERT INTO ${tenantSchema(id)}.row ${rowsOf(tenantSchema(id), ROWS)}`);
    }
  });
  await postgres.settle(url);
  const login = new URL(url);
  login.username = name;
  login.password = password;
  return { tenants, login: login.href, all: url };
}

function rowsOf(title, count) {
  return `SELECT n, '${title} ' || n, repeat('x', 100) FROM generate_series(0, ${count - 1}) AS n`;
}

/** A way that read another tenant's row would be fast and worthless. */
async function check(subject) {
  const titles = await Promise.all(
    ['3', '4'].map(async (tenant) => {
      const response = await fetch(`${subject.url}/rows/7`, { headers: { 'x-t': tenant } });
      return (await response.json()).title;
    }),
  );
  const isRight = titles.every((title) => title.endsWith(' 7')) && (subject.name === BARE || titles[0] !== titles[1]);
  if (!isRight) throw new Error(`${subject.name} reads the wrong rows: ${titles.join(', ')}`);
}

async function connectionsOf(bench, requests, subjects) {
  const rows = [];
  for (const [index, [name, way]] of WAYS.entries()) {
    await load(subjects[index].url, requests, bench.amounts.turns.seconds);
    const memory = (await bench.postgres.backends(way)).map((backend) => backend.memory);
    const isKnown = memory.length > 0 && !memory.includes(undefined);
    const total = memory.reduce((sum, bytes) => sum + bytes, 0);
    rows.push([name, memory.length, isKnown ? megabytes(total) : '-', isKnown ? megabytes(median(memory)) : '-']);
  }
  return rows;
}

const megabytes = (bytes) => (bytes / 1_048_576).toFixed(1);
