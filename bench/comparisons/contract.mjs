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
  const bare = await bench.start(BARE, 'contract.mjs', { environment, isBare: true });
  const whole = await bench.start(WHOLE, 'contract.mjs', { environment });
  const { one, page } = await fill(bench.postgres, whole.url, environment.DATABASE_URL);
  await checkShapes(bare, whole, one[0]);
  // The newest is among both.
  const made = VERSIONS - (await versionsOf(whole.url)).length + 1;
  const single = await takeTurns(bench, [bare, whole], () => one);
  const pages = await takeTurns(bench, [bare, whole], () => page);
  for (const subject of [bare, whole]) await subject.stop();

  const history = await bench.start(NEWEST, 'contract.mjs', { environment, versions: made });
  const documents = await documentTimes(history.url);
  const versions = [history, { ...asked(history), name: OLDEST }];
  const speaking = (requests) => (subject) =>
    subject.name === OLDEST ? requests.map((request) => speak(request, documents.oldest)) : requests;
  const oneOfVersion = await takeTurns(bench, versions, speaking(one));
  const pagesOfVersion = await takeTurns(bench, versions, speaking(page));
  await history.stop();
  return section({ single, pages, oneOfVersion, pagesOfVersion, documents });
}

function section({ single, pages, oneOfVersion, pagesOfVersion, documents }) {
  const table = (title, samples, base, other) => ({
    columns: [title, ...LOAD_COLUMNS],
    rows: [base, other].map((name) => loadRow(samples, name, base)),
  });
  const links = throughputRatio(single, WHOLE, BARE).ratio;
  const oldest = throughputRatio(oneOfVersion, OLDEST, NEWEST).ratio;
  return {
    title: 'Contract',
    text:
      `\`GET /notes/:id\` and \`GET /notes?limit=20\` of one tenant with ${NOTES} notes. First with and without what tells ` +
      `clients where they may go (links, forms, ETag). Then in the newest and in the oldest of ${VERSIONS} versions, each of which ` +
      'renamed a field of a note, asked of one process.',
    tables: [
      table('one note', single, BARE, WHOLE),
      table('20 notes', pages, BARE, WHOLE),
      table('one note', oneOfVersion, NEWEST, OLDEST),
      table('20 notes', pagesOfVersion, NEWEST, OLDEST),
    ],
    verdicts: [
      { what: 'Links and ETag, to none', value: links, target: LINKS_TARGET },
      { what: 'Oldest version, to the newest', value: oldest, target: OLDEST_TARGET },
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
async function checkShapes(bare, whole, { path, headers }) {
  const answers = await Promise.all([bare, whole].map(({ url }) => fetch(new URL(path, url), { headers })));
  const [plain, linked] = await Promise.all(answers.map((answer) => answer.json()));
  const [plainTag, tag] = answers.map((answer) => answer.headers.get('etag'));
  const isRight = plainTag === null && tag && !plain._templates && linked._templates;
  if (!isRight) throw new Error('One of the servers is not what it should be.');
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

/** The same process under another name. */
function asked(subject) {
  return { url: subject.url, cpu: () => subject.cpu() };
}

function speak({ path, headers }, version) {
  return { path, headers: { ...headers, 'api-version': version } };
}
