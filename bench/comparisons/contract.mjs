import { tenantSchema } from '@tenantry/tenancy';
import { Administration, newInstallation } from '../harness/installation.mjs';
import { LOAD_COLUMNS, loadRow, takeTurns, throughputRatio } from '../harness/rounds.mjs';
import { median } from '../harness/statistics.mjs';

const NOTES = 500;
const VERSIONS = 10;
const LINKS_TARGET = 0.92;
const OLDEST_TARGET = 0.95;
const DOCUMENT_TARGET = 200;

const BARE = 'no links, no ETag';
const WHOLE = 'links and ETag';
const NEWEST = `newest of ${VERSIONS} versions`;
const OLDEST = `oldest of ${VERSIONS} versions`;

/** What the contract costs: links and tags, the chain of versions, and a version's OpenAPI document. */
export async function compare(bench) {
  const environment = await newInstallation(bench.postgres);
  const platform = await bench.start('contract', 'contract.mjs', { environment });
  const requests = await fill(bench.postgres, platform.url, environment.DATABASE_URL);
  await checkShapes(platform.url, requests.one[0]);
  // The newest is among both.
  const made = VERSIONS - (await versionsOf(platform.url)).length + 1;
  const links = await compareHeaders(bench, platform, requests, { [BARE]: { 'x-bare': '1' }, [WHOLE]: {} });
  await platform.stop();

  const history = await bench.start('history', 'contract.mjs', { environment, versions: made });
  const documents = await documentTimes(history.url);
  const headers = { [NEWEST]: {}, [OLDEST]: { 'api-version': documents.oldest } };
  const versions = await compareHeaders(bench, history, requests, headers);
  await history.stop();
  return section({ links, versions, documents });
}

/** Asks one process in turns with these headers, which their names stand for: one row, and a page of them. */
async function compareHeaders(bench, subject, { one, page }, headers) {
  const subjects = Object.keys(headers).map((name) => ({ name, url: subject.url, cpu: () => subject.cpu() }));
  const turns = (requests) =>
    takeTurns(
      bench,
      subjects,
      ({ name }) => requests.map((request) => withHeaders(request, headers[name])),
      bench.amounts.shortTurns,
    );
  return { one: await turns(one), page: await turns(page) };
}

function section({ links, versions, documents }) {
  const table = (title, samples, base, other) => ({
    columns: [title, ...LOAD_COLUMNS],
    rows: [base, other].map((name) => loadRow(samples, name, base)),
  });
  return {
    title: 'Contract',
    text:
      `\`GET /notes/:id\` and \`GET /notes?limit=20\` of one tenant with ${NOTES} notes. First with and without what tells ` +
      `clients where they may go (links, forms, ETag). Then in the newest and in the oldest of ${VERSIONS} versions, each of which ` +
      'renamed a field of a note. Both sides are asked of one process.',
    tables: [
      table('one note', links.one, BARE, WHOLE),
      table('20 notes', links.page, BARE, WHOLE),
      table('one note', versions.one, NEWEST, OLDEST),
      table('20 notes', versions.page, NEWEST, OLDEST),
    ],
    verdicts: [
      { what: 'Links and ETag, to none', value: throughputRatio(links.one, WHOLE, BARE).ratio, target: LINKS_TARGET },
      {
        what: 'Oldest version, to the newest',
        value: throughputRatio(versions.one, OLDEST, NEWEST).ratio,
        target: OLDEST_TARGET,
      },
      {
        what: 'OpenAPI of a version, first time, milliseconds',
        value: documents.cold,
        target: DOCUMENT_TARGET,
        most: true,
      },
    ],
    notes: [
      `The document of a version takes ${documents.cold.toFixed(0)} ms when it is asked for the first time (median of ${VERSIONS} ` +
        `versions, the slowest ${documents.slowest.toFixed(0)} ms) and ${documents.warm.toFixed(1)} ms from then on.`,
    ],
  };
}

/** Makes a tenant with notes; gives the requests that read one, and those that read a page. */
async function fill(postgres, url, database) {
  const administration = await Administration.signIn(url);
  const { slug, accessToken } = await administration.createTenantWithToken('acme');
  const headers = { authorization: `Bearer ${accessToken}`, 'x-tenant': slug };
  const ids = await postgres.using(database, async (client) => {
    const { rows: tenants } = await client.query('SELECT id FROM platform.tenant WHERE slug = $1', [slug]);
    const { rows } = await client.query(
      `INSERT INTO ${tenantSchema(tenants[0].id)}.note (title, body)
       SELECT 'Note ' || n, repeat('x', 200) FROM generate_series(1, $1::int) AS n RETURNING id`,
      [NOTES],
    );
    return rows.map(({ id }) => id);
  });
  await postgres.settle(database);
  return {
    one: ids.map((id) => ({ path: `/notes/${id}`, headers })),
    page: [{ path: '/notes?limit=20', headers }],
  };
}

/** A comparison of a thing with itself would look well. */
async function checkShapes(url, { path, headers }) {
  const shown = async (more) => {
    const answer = await fetch(new URL(path, url), { headers: { ...headers, ...more } });
    return { tag: answer.headers.get('etag'), forms: (await answer.json())._templates };
  };
  const [bare, whole] = [await shown({ 'x-bare': '1' }), await shown({})];
  const isRight = bare.tag === null && !bare.forms && whole.tag && whole.forms;
  if (!isRight) throw new Error('One of the answers is not what it should be.');
}

async function versionsOf(url) {
  const { _embedded } = await (await fetch(new URL('/api-versions', url))).json();
  return _embedded.item.map(({ version }) => version).sort();
}

/** How long each version's document takes, at first and again, in milliseconds. */
async function documentTimes(url) {
  const names = await versionsOf(url);
  if (names.length !== VERSIONS) throw new Error(`There are ${names.length} versions.`);
  const cold = [];
  const warm = [];
  for (const name of names) {
    cold.push(await timeOf(new URL(`/openapi.json?version=${name}`, url)));
    warm.push(await timeOf(new URL(`/openapi.json?version=${name}`, url)));
  }
  return { oldest: names[0], cold: median(cold), slowest: Math.max(...cold), warm: median(warm) };
}

async function timeOf(address) {
  const began = performance.now();
  const answer = await fetch(address);
  await answer.text();
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return performance.now() - began;
}

function withHeaders({ path, headers }, more) {
  return { path, headers: { ...headers, ...more } };
}
