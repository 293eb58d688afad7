import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { walk } from '../support/collection-pages.js';
import { OrdersModule } from '../support/orders.module.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { schemaOf } from '../support/test-users.js';

let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;
let table: string;

beforeAll(async () => {
  platform = await startPlatform({ modules: [OrdersModule] });
  [acme, globex] = [await platform.createTenant('acme'), await platform.createTenant('globex')];
  table = `${schemaOf(acme)}.customer_order`;
  await platform.database.admin(`INSERT INTO ${schemaOf(globex)}.customer_order (title) VALUES ('theirs')`);
});

afterAll(() => platform.close());

const COLUMNS: Readonly<Record<string, string>> = {
  title: 'title',
  priority: 'priority',
  weight: 'weight',
  dueAt: 'due_at',
  createdAt: 'created_at',
  id: 'id',
};

/** Within a few microseconds and texts of each other, so that equal values and values that a Date rounds to equal are many. */
const time = fc.integer({ min: 0, max: 4 }).map((n) => `2026-01-01T00:00:00.00000${n}Z`);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 3 });
const row = fc.record({
  title: maybe(
    fc.oneof(
      fc.constantFrom('', 'a', 'A', 'ä', 'b', '_', '%', '\\', '"', "'"),
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
  ).map((text) => text?.replaceAll('\0', '') ?? null),
  priority: maybe(fc.integer({ min: -2, max: 2 })),
  weight: maybe(
    fc.constantFrom('NaN', 'Infinity', '-Infinity', '0', '-0', '0.1', '0.30000000000000004', '5e-324', '1e308'),
  ),
  dueAt: maybe(fc.oneof(time, fc.constantFrom('infinity', '-infinity', '0044-03-15 BC', '12026-01-01'))),
  createdAt: time,
});
type Row = typeof row extends fc.Arbitrary<infer R> ? R : never;

const sort = fc
  .uniqueArray(fc.constantFrom(...Object.keys(COLUMNS)), { minLength: 1, maxLength: 3 })
  .chain((names) => fc.tuple(...names.map((name) => fc.boolean().map((down) => (down ? `-${name}` : name)))));

const add = (rows: readonly Row[]) =>
  platform.database.admin<{ id: string }>(
    `INSERT INTO ${table} (id, title, priority, weight, due_at, created_at)
     SELECT * FROM jsonb_to_recordset($1) AS r(id uuid, title text, priority int, weight float8, "dueAt" timestamptz, "createdAt" timestamptz)
     RETURNING id`,
    [JSON.stringify(rows.map((each) => ({ ...each, id: randomUUID() })))],
  );

/** All ids in the order that Postgres itself gives them. */
async function sorted(keys: readonly string[]): Promise<string[]> {
  const order = keys.map((key) => `${COLUMNS[key.replace('-', '')] ?? ''} ${key.startsWith('-') ? 'DESC' : 'ASC'}`);
  const tie = keys.at(-1)?.startsWith('-') ? 'id DESC' : 'id ASC';
  const sql = `SELECT id FROM ${table} ORDER BY ${[...order, tie].join(', ')}`;
  return (await platform.database.admin<{ id: string }>(sql)).map(({ id }) => id);
}

const idsOf = (rows: readonly Record<string, unknown>[]) => rows.map(({ id }) => id);

describe('walking all pages', () => {
  it('gives the sorted whole, for any rows, order and size of page', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 20 }),
        sort,
        fc.integer({ min: 1, max: 6 }),
        async (rows, keys, limit) => {
          await platform.database.admin(`DELETE FROM ${table}`);
          await add(rows);
          const found = await walk(acme.owner, `/orders?sort=${keys.join(',')}&limit=${limit}`);
          expect(idsOf(found)).toEqual(await sorted(keys));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives each row that was there all the time once and in order, while others come and go', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 3, maxLength: 12 }),
        fc.array(row, { minLength: 1, maxLength: 3 }),
        sort,
        async (rows, coming, keys) => {
          await platform.database.admin(`DELETE FROM ${table}`);
          const stay = new Set(idsOf(await add(rows)));
          let brief = idsOf(await add(coming));
          const found = idsOf(
            await walk(acme.owner, `/orders?sort=${keys.join(',')}&limit=2`, async () => {
              await platform.database.admin(`DELETE FROM ${table} WHERE id = ANY($1)`, [brief]);
              brief = idsOf(await add(coming));
            }),
          );
          expect(new Set(found).size).toBe(found.length);
          expect(found.filter((id) => stay.has(String(id)))).toEqual((await sorted(keys)).filter((id) => stay.has(id)));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('goes on where it was when the row that it stopped at is deleted', async () => {
    await platform.database.admin(`DELETE FROM ${table}`);
    await platform.database.admin(
      `INSERT INTO ${table} (created_at) SELECT '2026-01-01Z'::timestamptz + n * interval '1 microsecond' FROM generate_series(1, 9) n`,
    );
    const whole = await sorted(['-createdAt']);
    const shown: unknown[] = [];
    let next: string | undefined = '/orders?sort=-createdAt&limit=1';
    while (next) {
      const { body } = await acme.owner.get(next);
      shown.push(...idsOf((body['_embedded'] as { item: Record<string, unknown>[] }).item));
      await platform.database.admin(`DELETE FROM ${table} WHERE id = $1`, [shown.at(-1)]);
      next = (body['_links'] as { next?: { href: string } }).next?.href;
    }
    expect(shown).toEqual(whole);
  });
});

describe('hostile parameters', () => {
  const names = [
    'title',
    'priority',
    'weight',
    'dueAt',
    'createdAt',
    'status',
    'paid',
    'customerId',
    'id',
    '__proto__',
  ];
  const operators = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'prefix', 'null', 'toString', '='];
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      "' OR 1=1 --",
      "'; DROP TABLE customer_order; --",
      '\\',
      '%',
      '$1',
      ':after0',
      '\u0000',
      '\ud800',
      '1e999',
      '0001-01-01T00:00:00-14:59',
      '9999-12-31T23:59:59.999999+14:59',
      '-9223372036854775809',
      '٣',
      'NaN',
      '1_0',
      '0x10',
      ' 1',
      '1\n',
    ),
  );
  const name = fc.oneof(
    fc.constantFrom('limit', 'cursor', 'sort', 'fields', 'embed', 'filter'),
    fc.tuple(fc.constantFrom(...names), fc.constantFrom(...operators)).map(([of, by]) => `filter[${of}][${by}]`),
    fc.tuple(text, text).map(([of, by]) => `filter[${of}][${by}]`),
  );

  it('are refused or answered, and change nothing', async () => {
    await platform.database.admin(`DELETE FROM ${table}`);
    await add(fc.sample(row, 20));
    const before = await sorted(['id']);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, text), { minLength: 1, maxLength: 4 }), async (parameters) => {
        const query = parameters.map((pair) =>
          pair.map((part) => encodeURIComponent(part.replace(/\p{Surrogate}/gu, ''))).join('='),
        );
        const answer = await acme.owner.get(`/orders?${query.join('&')}`);
        expect([200, 400]).toContain(answer.status);
        expect(answer.text).not.toContain('theirs');
      }),
      { numRuns: 800 },
    );
    expect(await sorted(['id'])).toEqual(before);
  });

  it('in a filter by a text keep exactly the rows that have or begin with it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), fc.nat(), async (rows, index) => {
        await platform.database.admin(`DELETE FROM ${table}`);
        await add(rows);
        const stored = rows.map(({ title }) => title).filter((title) => title !== null);
        const wanted = stored[index % Math.max(stored.length, 1)] ?? 'x';
        const titles = async (operator: string) =>
          (await walk(acme.owner, `/orders?filter[title][${operator}]=${encodeURIComponent(wanted)}`)).map(
            ({ title }) => String(title),
          );
        expect(await titles('eq')).toHaveLength(stored.filter((title) => title === wanted).length);
        expect((await titles('prefix')).sort()).toEqual(stored.filter((title) => title.startsWith(wanted)).sort());
      }),
      { numRuns: 40 },
    );
  });
});
