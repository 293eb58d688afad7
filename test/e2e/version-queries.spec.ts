import { NotesModule } from '@tenantry/example-notes';
import { OrdersModule } from '@tenantry/example-orders';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nextOf, walk } from '../support/collection-pages.js';
import { NEWEST, VERSIONS } from '../support/order-history.js';
import '../support/plain.module.js'; // has an entity of the same name, which is none of this platform's
import { ParcelsModule } from '../support/parcels.module.js';
import { itemsOf } from '../support/test-client.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { addUser, schemaOf } from '../support/test-users.js';

let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;

const OLDEST = '2026-01-15';
const statuses = ['open', 'fulfilled', 'cancelled', 'open', 'cancelled'];

beforeAll(async () => {
  platform = await startPlatform({ modules: [NotesModule, OrdersModule, ParcelsModule] });
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
  for (const tenant of [acme, globex]) {
    const schema = schemaOf(tenant);
    await platform.database.admin(
      `INSERT INTO ${schema}.customer_order (number, status, customer_name, customer_email, currency)
       SELECT $1 || n, ($2::text[])[n], 'Ada', 'ada@example.com', 'EUR' FROM generate_series(1, 5) n`,
      [tenant.slug, statuses],
    );
    await platform.database.admin(
      `INSERT INTO ${schema}.parcel (grams, state, address)
       SELECT n * 100, (ARRAY['waiting', 'sent', 'lost', 'sent']::${schema}.parcel_state[])[n], '{"town":"Bern","street":"1"}'
       FROM generate_series(1, 4) n`,
    );
  }
});

afterAll(() => platform.close());

const speaking = (version: string, tenant = acme) => tenant.owner.with({ 'api-version': version });
const found = async (version: string, path: string, property: string, tenant = acme) =>
  (await walk(speaking(version, tenant), path)).map((each) => each[property]);

/** What is refused, as the caller wrote it. */
async function faultsOf(version: string, path: string): Promise<{ pointer: string; detail: string }[]> {
  const { status, body } = await speaking(version).get(path);
  expect([status, body['code']]).toEqual([400, 'REQUEST_INVALID']);
  return body['errors'] as { pointer: string; detail: string }[];
}

interface Parameter {
  name: string;
  description: string;
}

async function parametersOf(version: string, path: string): Promise<Map<string, string>> {
  const { body } = await platform.anyone.get(`/openapi.json?version=${version}`);
  const { parameters } = (body['paths'] as Record<string, Record<string, { parameters: Parameter[] }>>)[path]?.[
    'get'
  ] ?? { parameters: [] };
  return new Map(parameters.map(({ name, description }) => [name, description]));
}

/** The last line of what is said of a parameter. */
const here = (parameters: Map<string, string>, name: string) => parameters.get(name)?.split('\n').at(-1);

describe.each(VERSIONS)('a caller of %s', (version) => {
  const isOld = version < '2026-10-05';
  const values = isOld ? ['new', 'done'] : ['open', 'fulfilled', 'cancelled'];

  it('filters by the values that its answers show, and finds just the orders that show them', async () => {
    const all = await walk(speaking(version), '/orders');
    for (const value of values) {
      const own = all.filter(({ status }) => status === value).map(({ number }) => number);
      const others = all.filter(({ status }) => status !== value).map(({ number }) => number);
      expect(own.length).toBeGreaterThan(0);
      for (const filter of [`[status]=${value}`, `[status][eq]=${value}`, `[status][in]=${value}`])
        expect(await found(version, `/orders?filter${filter}`, 'number')).toEqual(own);
      expect(await found(version, `/orders?filter[status][ne]=${value}`, 'number')).toEqual(others);
    }
    expect(await found(version, `/orders?filter[status][in]=${values.join(',')}`, 'number')).toHaveLength(5);
  });

  it('is refused the values of other versions, and what does not suit its own', async () => {
    const foreign = isOld ? 'open' : 'new';
    if (isOld) {
      expect(await faultsOf(version, `/orders?filter[status]=${foreign}`)).toEqual([
        { pointer: '/filter[status]', detail: 'must be one of new, done' },
      ]);
      expect(await faultsOf(version, '/orders?filter[status][gt]=new')).toEqual([
        { pointer: '/filter[status][gt]', detail: 'is not an operator of status; possible: eq, ne, in, null' },
      ]);
    } else expect(await found(version, `/orders?filter[status]=${foreign}`, 'number')).toEqual([]);
  });

  it('pages by addresses in its own words, to the end', async () => {
    const query = `filter[status][in]=${values.join(',')}&sort=-number&limit=2`;
    const first = await speaking(version).get(`/orders?${query}`);
    expect(decodeURIComponent(nextOf(first) ?? '')).toContain(`filter[status][in]=${values.join(',')}&sort=-number`);
    expect(await found(version, `/orders?${query}`, 'number')).toEqual(['acme5', 'acme4', 'acme3', 'acme2', 'acme1']);
    expect((await found(version, `/orders?${query}`, 'number', globex))[0]).toBe('globex5');
  });

  it('asks for the fields that its answers have', async () => {
    const [order] = itemsOf(await speaking(version).get('/orders?limit=1'));
    const names = Object.keys(order ?? {}).filter((name) => !name.startsWith('_'));
    for (const name of names) {
      const [own] = itemsOf(await speaking(version).get(`/orders?limit=1&fields=${name}`));
      expect(own).toEqual({ id: order?.['id'], [name]: order?.[name], _links: order?.['_links'] });
    }
  });

  it('reads in its document what it may ask for', async () => {
    const parameters = await parametersOf(version, '/orders');
    const told = values.map((value) => `\`${value}\``).join(', ');
    expect(here(parameters, 'filter')).toBe(`Here: \`number\`, \`status\` (${told}), \`createdAt\`.`);
    expect(here(parameters, 'sort')).toBe('Here: `id`, `number`, `createdAt`.');
    const customer = version < '2026-07-20' ? '`customerName`, `customerEmail`' : '`customer`';
    expect(here(parameters, 'fields')).toContain(customer);
  });

  it('is refused what is not to filter or sort by, in its own words', async () => {
    for (const name of ['customerName', 'customer', 'article', 'nothing']) {
      expect(await faultsOf(version, `/orders?filter[${name}]=x`)).toEqual([
        {
          pointer: `/filter[${name}]`,
          detail: 'is not a property to filter by; possible: number, status, createdAt',
        },
      ]);
      expect(await faultsOf(version, `/orders?sort=${name}`)).toEqual([
        { pointer: '/sort', detail: `"${name}" is not a property to sort by; possible: id, number, createdAt` },
      ]);
    }
  });
});

describe('a property with another name', () => {
  it('is filtered and sorted by under the name of the version', async () => {
    expect(await found(OLDEST, '/parcels?filter[weight][gt]=100&sort=-weight&limit=1', 'weight')).toEqual([
      400, 300, 200,
    ]);
    expect(await found(NEWEST, '/parcels?filter[grams][gt]=100&sort=-grams&limit=1', 'grams')).toEqual([400, 300, 200]);
    expect(await found('2026-07-20', '/parcels?sort=grams&filter[state]=gone', 'grams')).toEqual([200, 300, 400]);
  });

  it('has no other name than that of the version', async () => {
    for (const [version, name, own] of [
      [OLDEST, 'grams', 'weight'],
      [NEWEST, 'weight', 'grams'],
    ]) {
      expect(await faultsOf(String(version), `/parcels?filter[${name}]=1&sort=${name}`)).toEqual([
        { pointer: `/filter[${name}]`, detail: `is not a property to filter by; possible: ${own}, state` },
        { pointer: '/sort', detail: `"${name}" is not a property to sort by; possible: id, ${own}` },
      ]);
    }
  });

  it('is named so in every fault that is found later', async () => {
    expect(await faultsOf(OLDEST, '/parcels?filter[weight][gte]=heavy&filter[weight][prefix]=1')).toEqual([
      { pointer: '/filter[weight][gte]', detail: 'must be a whole number' },
      {
        pointer: '/filter[weight][prefix]',
        detail: 'is not an operator of weight; possible: eq, ne, gt, gte, lt, lte, in, null',
      },
    ]);
    expect(await faultsOf(OLDEST, '/parcels?filter[weight]=1&filter[weight]=2')).toEqual([
      { pointer: '/filter[weight]', detail: 'is given more than once' },
    ]);
  });

  it('is asked for under its own name, and no other is known', async () => {
    const [parcel] = itemsOf(await speaking(OLDEST).get('/parcels?sort=weight&fields=weight,town,origin'));
    expect(parcel).toMatchObject({ weight: 100, town: 'Bern', origin: 'shop' });
    expect(Object.keys(parcel ?? {}).sort()).toEqual(['_links', 'id', 'origin', 'town', 'weight']);
    const path = `/parcels/${String(parcel?.['id'])}`;
    expect((await speaking(OLDEST).get(`${path}?fields=street`)).body['street']).toBe('1');
    for (const unknown of ['/parcels?fields=grams', `${path}?fields=address`]) {
      const [fault] = await faultsOf(OLDEST, unknown);
      expect([fault?.pointer, fault?.detail]).toEqual([
        '/fields',
        expect.stringMatching(/is not a property; possible: state, id, weight, town, street, origin$/),
      ]);
    }
  });

  it('keeps the cursor of a caller who moves to another version between two pages', async () => {
    const first = await speaking(OLDEST).get('/parcels?sort=-weight&limit=2');
    const next = (nextOf(first) ?? '').replace('weight', 'grams');
    expect((await walk(speaking(NEWEST), next)).map(({ grams }) => grams)).toEqual([200, 100]);
  });
});

it('a cursor of one version is none for a query of the same words that means something else in another', async () => {
  const next = nextOf(await speaking(OLDEST).get('/orders?filter[status]=done&limit=1')) ?? '';
  expect((await speaking(OLDEST).get(next)).status).toBe(200);
  expect(await speaking(NEWEST).get(next)).toMatchObject({ status: 400, body: { code: 'CURSOR_INVALID' } });
});

describe('what has no equivalent', () => {
  it.each(['town', 'street', 'origin'])('%s is refused by name, and its version does not offer it', async (name) => {
    const faults = await faultsOf(OLDEST, `/parcels?filter[${name}]=x&sort=-${name}`);
    expect(faults.map(({ pointer }) => pointer)).toEqual([`/filter[${name}]`, '/sort']);
    for (const { detail } of faults) expect(detail).not.toContain('grams');
    const parameters = await parametersOf(OLDEST, '/parcels');
    expect(here(parameters, 'filter')).toBe('Here: `weight`, `state` (`new`, `gone`).');
    expect(here(parameters, 'fields')).toContain(`\`${name}\``);
  });

  it('tells the names of properties only to who may read them', async () => {
    const { client } = await addUser(platform, acme, 'member');
    for (const asking of [platform.anyone.with({ 'x-tenant': 'acme' }), client]) {
      const answer = await asking.with({ 'api-version': OLDEST }).get('/parcels?filter[nothing]=x&sort=nothing');
      expect([401, 403]).toContain(answer.status);
      expect(answer.text).not.toContain('weight');
    }
  });

  it('leaves alone what is of another form, to be refused as ever', async () => {
    for (const version of [OLDEST, NEWEST]) {
      expect((await faultsOf(version, '/parcels?filter=x'))[0]?.pointer).toBe('/filter');
      expect((await faultsOf(version, '/parcels?sort=id&sort=id'))[0]?.pointer).toBe('/sort');
      expect((await faultsOf(version, '/parcels?filter[__proto__]=x'))[0]?.pointer).toBe('/filter[__proto__]');
    }
  });

  it('does not shorten what one query may ask for', async () => {
    const conditions = ['[gt]', '[gte]', '[lt]', '[lte]', '[ne]', '[null]', '[in]', ''].map(
      (operator) => `filter[weight]${operator}=${operator === '[null]' ? 'false' : '200'}`,
    );
    const query = [...conditions, 'filter[state][ne]=gone', 'filter[state][in]=new,gone'].join('&');
    expect(await found(OLDEST, `/parcels?${query}`, 'weight')).toEqual([]);
    const [fault] = await faultsOf(OLDEST, `/parcels?${query}&filter[state]=new`);
    expect(fault?.detail).toBe('holds more than 10 conditions');
  });
});

it('HEAD has the tag of GET in every version', async () => {
  const [order] = itemsOf(await acme.owner.get('/orders?limit=1'));
  const path = `/orders/${String(order?.['id'])}`;
  for (const version of VERSIONS) {
    const tags = await Promise.all(['GET', 'HEAD'].map((method) => speaking(version).send(method, path)));
    expect(tags[0]?.headers.get('etag')).toBe(tags[1]?.headers.get('etag'));
  }
});
