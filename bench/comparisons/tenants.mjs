import { InstallationSecret } from '@tenantry/kernel';
import { tenantSchema } from '@tenantry/tenancy';
import { loginUrl } from '@tenantry/tenancy/dist/roles/login-roles';
import { fleet } from '../harness/fleet.mjs';
import { LOAD_COLUMNS, loadRow, takeTurns } from '../harness/rounds.mjs';
import { median } from '../harness/statistics.mjs';

const ROWS = 10;
const POOL = 8;
const LIMITS = [100, 1_000_000];

/** What more tenants cost: speed, the server's memory and Postgres' memory. */
export async function compare(bench) {
  const { environment } = await fleet(bench);
  const ids = await fill(bench.postgres, environment.DATABASE_URL);
  const secret = new InstallationSecret(environment.TENANTRY_SECRET);
  const url = loginUrl(environment.DATABASE_URL, secret, environment.TENANTRY_INSTALLATION, 'app');
  const loads = [];
  const memories = [];
  for (const limit of LIMITS) {
    const parts = new Map();
    for (const count of bench.amounts.fleet) {
      const part = { tenants: ids.slice(0, count).map((id) => ({ id })), applicationName: `${count} of ${limit}` };
      const options = { way: 'tenant-client', url, max: POOL, tenantsPerConnection: limit, ...part };
      parts.set(await bench.start(nameOf(count, limit), 'rows.mjs', options), { ...part, requests: requestsOf(count) });
    }
    const subjects = [...parts.keys()];
    const samples = await takeTurns(bench, subjects, (subject) => parts.get(subject).requests);
    for (const subject of subjects) {
      loads.push(loadRow(samples, subject.name, subjects[0].name));
      memories.push([subject.name, ...(await memoryOf(bench.postgres, subject, parts.get(subject).applicationName))]);
      await subject.stop();
    }
  }
  return {
    title: 'Tenants',
    text:
      `The route of "Statement" through Tenantry's connection, over tenants that onboarding made (the core tables and a ` +
      `table of ${ROWS} rows each), pool of ${POOL}. A connection is closed after serving more tenants than the limit. ` +
      'Memory of a connection is what belongs to its Postgres process alone.',
    tables: [
      { columns: ['tenants', ...LOAD_COLUMNS], rows: loads },
      {
        columns: ['tenants', 'server RSS MB', 'heap MB', 'connections', 'median of one MB', 'largest MB'],
        rows: memories,
      },
    ],
  };
}

function nameOf(count, limit) {
  return `${count}, ${limit === LIMITS[0] ? `limit ${limit}` : 'no limit'}`;
}

function requestsOf(count) {
  return Array.from({ length: count }, (_, tenant) => ({
    path: `/rows/${tenant % ROWS}`,
    headers: { 'x-t': String(tenant) },
  }));
}

/** Gives every tenant the table that the server reads. */
async function fill(postgres, url) {
  const ids = await postgres.using(url, async (client) => {
    const { rows } = await client.query("SELECT id FROM platform.tenant WHERE status = 'active' ORDER BY id");
    for (const { id } of rows) {
      const schema = tenantSchema(id);
      await client.query(`
        CREATE TABLE ${schema}.row (id int PRIMARY KEY, title text NOT NULL, body text NOT NULL);
        GRANT SELECT ON ${schema}.row TO ${schema};
        INSERT INTO ${schema}.row SELECT n, 'row ' || n, repeat('x', 100) FROM generate_series(0, ${ROWS - 1}) AS n`);
    }
    return rows.map(({ id }) => id);
  });
  await postgres.settle(url);
  return ids;
}

async function memoryOf(postgres, subject, applicationName) {
  const { rss, heapUsed } = await subject.memory();
  const backends = await postgres.backends(applicationName);
  const memory = backends.map((backend) => backend.memory).filter((bytes) => bytes !== undefined);
  const ofConnections = memory.length > 0 ? [median(memory), Math.max(...memory)].map(megabytes) : ['-', '-'];
  return [megabytes(rss), megabytes(heapUsed), backends.length, ...ofConnections];
}

const megabytes = (bytes) => (bytes / 1_048_576).toFixed(1);
