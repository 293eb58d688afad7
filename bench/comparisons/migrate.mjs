import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { tenantSchema } from '@tenantry/tenancy';
import pg from 'pg';
import { bareFleet, migrationOf } from '../harness/bare-fleet.mjs';
import { median } from '../harness/statistics.mjs';

const CONNECTIONS = 4;
const TARGET = 0.8;
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');
const CREATE = migrationOf('CreateThing1785628800000', 'CREATE TABLE thing (id uuid PRIMARY KEY, title text)');

/** A column for every tenant: by the fleet's migration, and by a loop of plain SQL over as many connections. */
export async function compare(bench) {
  const { migrateFleet: size, migrateRounds: rounds } = bench.amounts;
  const fleet = await bareFleet(bench.postgres, size, CREATE);
  const times = { raw: [], fleet: [] };
  const heaps = [];
  const idle = [];
  const releases = [CREATE];
  for (let round = 0; round < rounds; round += 1) {
    const column = `ALTER TABLE thing ADD COLUMN own_${round} text`;
    releases.push(migrationOf(`AddColumn${1785628800001 + round}`, column));
    const subjects = [
      async () => times.raw.push(await rawLoop(fleet, `raw_${round}`)),
      async () => {
        await bench.postgres.settle(fleet.environment.DATABASE_URL);
        const { owner, migrations } = await fleet.release(...releases);
        const { seconds, grown } = await migrateAndWatch(migrations);
        times.fleet.push(seconds);
        heaps.push(grown);
        idle.push(await timeOf(() => migrations.migrateAll({ concurrency: CONNECTIONS })));
        await owner.onApplicationShutdown();
      },
    ];
    for (const subject of round % 2 === 0 ? subjects : subjects.reverse()) await subject();
  }
  await fleet.prepared.owner.onApplicationShutdown();
  const [raw, own] = [median(times.raw), median(times.fleet)];
  const row = (what, seconds) => [what, (size / seconds).toFixed(0), seconds.toFixed(2), (raw / seconds).toFixed(2)];
  return {
    title: 'Migrating a fleet',
    text:
      `\`ALTER TABLE thing ADD COLUMN\` for ${size} tenants on ${CONNECTIONS} connections, ${rounds} rounds: a loop of ` +
      'plain SQL, and the migration with its ledger, its locks and its announcements.',
    tables: [
      {
        columns: ['by', 'tenants/s', 'seconds', 'ratio'],
        rows: [row('plain SQL', raw), row('the fleet’s migration', own)],
      },
    ],
    verdicts: [{ what: `Rate of migration at ${size} tenants`, value: raw / own, target: TARGET }],
    notes: [
      `Nothing to migrate: ${(median(idle) * 1000).toFixed(0)} ms. Of the migrator's heap ${median(heaps).toFixed(1)} MB more were in use after a run than before it (at most ${Math.max(...heaps).toFixed(1)}).`,
    ],
  };
}

/** Seconds, and megabytes of heap that are in use afterwards and were not before. */
async function migrateAndWatch(migrations) {
  const before = heapUsed();
  const began = performance.now();
  const { failed } = await migrations.migrateAll({ concurrency: CONNECTIONS, onProgress: () => undefined });
  const seconds = (performance.now() - began) / 1000;
  if (failed > 0) throw new Error(`${failed} tenants failed.`);
  return { seconds, grown: heapUsed() - before };
}

function heapUsed() {
  collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

async function rawLoop({ ids, ownerUrl, environment }, column) {
  const queue = [...ids];
  const clients = Array.from({ length: CONNECTIONS }, () => new pg.Client({ connectionString: ownerUrl }));
  await Promise.all(clients.map((client) => client.connect()));
  const maintenance = new pg.Client({ connectionString: environment.DATABASE_URL });
  await maintenance.connect();
  await maintenance.query('CHECKPOINT');
  await maintenance.end();
  const seconds = await timeOf(() =>
    Promise.all(
      clients.map(async (client) => {
        for (let id = queue.pop(); id; id = queue.pop())
          await client.query(`ALTER TABLE ${tenantSchema(id)}.thing ADD COLUMN ${column} text`);
      }),
    ),
  );
  await Promise.all(clients.map((client) => client.end()));
  return seconds;
}

async function timeOf(work) {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}
