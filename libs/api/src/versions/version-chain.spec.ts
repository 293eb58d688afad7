import {
  ApiVersions,
  newlyRequired,
  removed,
  renamed,
  replaced,
  revalued,
  type ApiChange,
  type FieldChange,
  type JsonObject,
  type JsonSchema,
} from '@tenantry/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContractDocument } from './contract-document.js';
import { VersionChain } from './version-chain.js';

const FIRST = '2026-01-01';
const text = { type: 'string' };
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const body = (schema: JsonSchema, example?: unknown) => ({
  content: { 'application/json': { schema, ...(example !== undefined && { example }) } },
});

const order: JsonSchema = {
  type: 'object',
  properties: {
    id: text,
    state: { type: 'string', enum: ['open', 'closed', 'void'] },
    customer: { type: 'object', properties: { name: text, email: text } },
    lines: { type: 'array', items: ref('Line') },
    parent: { anyOf: [{ type: 'null' }, ref('Order')] },
  },
  required: ['id', 'state', 'customer', 'lines'],
};
const line: JsonSchema = { type: 'object', properties: { product: text, tax: text }, required: ['product', 'tax'] };
const list: JsonSchema = {
  type: 'object',
  properties: { _embedded: { type: 'object', properties: { item: { type: 'array', items: ref('Order') } } } },
};
const example = { id: '1', state: 'void', customer: { name: 'A', email: 'a@b' }, lines: [{ product: 'p', tax: '0' }] };

const document: ContractDocument = {
  info: { version: '2026-05-01' },
  paths: {
    '/orders': {
      get: { responses: { '200': body(list) } },
      post: { requestBody: body(ref('Order')), responses: { '201': body(ref('Order'), example) } },
    },
  },
  components: { schemas: { Order: order, Line: line, Unused: { type: 'object', properties: { a: text } } } },
};

const split = replaced({
  before: { customerName: text, customerEmail: text },
  now: ['customer'],
  up: ({ customerName: name, customerEmail: email }) => ({ customer: { name, email } }),
  down: ({ customer }) => ({
    customerName: (customer as JsonObject)['name'],
    customerEmail: (customer as JsonObject)['email'],
  }),
  pointers: { 'customer/name': 'customerName', 'customer/email': 'customerEmail' },
});

const HISTORY: readonly (readonly [string, string, ...FieldChange[]])[] = [
  ['2026-02-01', 'Line', renamed('article', 'product')],
  ['2026-03-01', 'Line', newlyRequired('tax', '0')],
  ['2026-04-01', 'Order', split, removed('origin', text, ({ id }) => `shop-${String(id)}`)],
  ['2026-05-01', 'Order', revalued('state', { new: 'open', done: 'closed' }, { void: 'done' })],
];

const chainOf = (history = HISTORY, newest = document) => {
  const changes = history.map(([date, schema, ...fields]) => {
    const change: ApiChange = { date, description: `Change of ${date}.`, schemas: [{ schema, changes: fields }] };
    return { module: 'shop', name: `Change ${date}`, change };
  });
  return new VersionChain(new ApiVersions([FIRST, ...history.map(([date]) => date)]), changes, newest);
};

const chain = chainOf();

const oldest = {
  id: '1',
  origin: 'shop-1',
  state: 'done',
  customerName: 'A',
  customerEmail: 'a@b',
  lines: [{ article: 'p', tax: '0' }],
};

describe('a chain of versions', () => {
  it('brings a request of the oldest version to the newest, nested objects included', () => {
    const request = { id: '1', state: 'new', customerName: 'A', customerEmail: 'a@b', lines: [{ article: 'p' }] };
    expect(chain.up(FIRST, request, ref('Order'))).toEqual({
      id: '1',
      state: 'open',
      customer: { name: 'A', email: 'a@b' },
      lines: [{ product: 'p', tax: '0' }],
    });
  });

  it('brings an answer of the newest version to the oldest, keeping the order of the fields', () => {
    const answer = chain.down(FIRST, example, ref('Order')) as object;
    expect(answer).toEqual(oldest);
    expect(Object.keys(answer)).toEqual(['id', 'state', 'customerName', 'customerEmail', 'lines', 'origin']);
  });

  it('finds a schema in lists and in itself', () => {
    const answer = {
      _embedded: {
        item: [
          { ...example, parent: example },
          { ...example, parent: null },
        ],
      },
    };
    expect(chain.down(FIRST, answer, list)).toEqual({
      _embedded: {
        item: [
          { ...oldest, parent: oldest },
          { ...oldest, parent: null },
        ],
      },
    });
  });

  it('leaves the newest version, foreign values and what was given as they are', () => {
    const given = structuredClone(example);
    expect(chain.down('2026-05-01', given, ref('Order'))).toBe(given);
    chain.down(FIRST, given, ref('Order'));
    expect(given).toEqual(example);
    for (const value of [null, 'text', 7, [], [1], { lines: 'none' }, { lines: [null, 1] }, { customer: null }]) {
      expect(() => chain.up(FIRST, value, ref('Order'))).not.toThrow();
    }
  });

  it('describes each version as it was', () => {
    const schemas = chain.documentOf(FIRST).components?.schemas ?? {};
    expect(schemas['Line']).toEqual({
      type: 'object',
      properties: { article: text, tax: { type: 'string', default: '0' } },
      required: ['article'],
    });
    expect(Object.keys(schemas['Order']?.properties ?? {})).toEqual([
      'id',
      'state',
      'customerName',
      'customerEmail',
      'lines',
      'parent',
      'origin',
    ]);
    expect(schemas['Order']?.properties?.['state']?.enum).toEqual(['new', 'done']);
    expect(schemas['Order']?.required).toEqual(['id', 'state', 'lines', 'customerName', 'customerEmail']);
    expect(chain.documentOf('2026-04-01').components?.schemas?.['Line']).toEqual(line);
    expect(chain.documentOf(FIRST).info.version).toBe(FIRST);
  });

  it('shows the examples of each version in its shapes', () => {
    const { responses } = chain.documentOf(FIRST).paths['/orders']?.['post'] as {
      responses: Record<string, ReturnType<typeof body>>;
    };
    expect(responses['201']?.content['application/json']).toMatchObject({ example: oldest });
  });

  it.each([
    ['/customer/name', 'customerName'],
    ['/customer/email', 'customerEmail'],
    ['/customer', 'customerName'],
    ['/lines/0/product', 'lines/0/article'],
    ['/lines/0/tax', 'lines/0/tax'],
    ['/other/name', 'other/name'],
  ])('says that a fault at %s stood at %s', (pointer, before) => {
    expect(chain.pathFor(FIRST, pointer.split('/').slice(1), ref('Order')).join('/')).toBe(before);
  });

  it('knows the names that older callers use for fields', () => {
    expect(chain.fieldNow(FIRST, 'Line', 'article')).toBe('product');
    expect(chain.fieldNow('2026-02-01', 'Line', 'article')).toBe('article');
    expect(chain.fieldNow(FIRST, 'Order', 'customerEmail')).toBeUndefined();
    expect(chain.fieldNow(FIRST, 'Order', 'origin')).toBeUndefined();
  });

  it('knows every value that a value of an older caller stands for', () => {
    expect(chain.valuesNow(FIRST, 'Order', 'state', 'done')).toEqual(['closed', 'void']);
    expect(chain.valuesNow(FIRST, 'Order', 'state', 'open')).toEqual([]);
    expect(chain.valuesNow(FIRST, 'Order', 'id', 'done')).toBeUndefined();
    expect(chain.valuesNow('2026-05-01', 'Order', 'state', 'open')).toBeUndefined();
  });
});

const orders = fc.record({
  id: fc.string(),
  state: fc.constantFrom('new', 'done'),
  customerName: fc.string(),
  customerEmail: fc.string(),
  lines: fc.array(fc.record({ article: fc.string(), tax: fc.string() })),
});

describe('any order of an old client', () => {
  it('comes back as it was sent', () => {
    fc.assert(
      fc.property(orders, (sent) => {
        const back = chain.down(FIRST, chain.up(FIRST, sent, ref('Order')), ref('Order'));
        expect(back).toEqual({ ...sent, origin: `shop-${sent.id}` });
      }),
    );
  });

  it('takes one long step as it takes the short ones', () => {
    const parts = HISTORY.map((_, index) => chainOf(HISTORY.slice(index, index + 1), documentFor(index)));
    fc.assert(
      fc.property(orders, (sent) => {
        const short = parts.reduce<unknown>((made, part) => part.up(FIRST, made, ref('Order')), sent);
        expect(short).toEqual(chain.up(FIRST, sent, ref('Order')));
      }),
    );
  });
});

/** The contract right after a change. */
function documentFor(index: number): ContractDocument {
  const [date] = HISTORY[index] ?? [FIRST];
  return chain.documentOf(date);
}

describe('several changes of one schema and date', () => {
  const both = chainOf([['2026-02-01', 'Line', renamed('article', 'goods'), renamed('goods', 'product')]]);

  it('follow each other up and go back in the other order', () => {
    expect(both.up(FIRST, { article: 'p' }, ref('Line'))).toEqual({ product: 'p' });
    expect(both.down(FIRST, { product: 'p' }, ref('Line'))).toEqual({ article: 'p' });
    expect(both.propertiesOf(FIRST, 'Line')).toEqual(['article', 'tax']);
    expect(both.fieldNow(FIRST, 'Line', 'article')).toBe('product');
    expect(both.pathFor(FIRST, ['product'], ref('Line'))).toEqual(['article']);
  });
});

describe('a change that does not fit', () => {
  it('is refused: one of no schema', () => {
    const change: ApiChange = { date: '2026-02-01', description: 'Nothing.', schemas: [] };
    const changes = [{ module: 'shop', name: 'Idle', change }];
    expect(() => new VersionChain(new ApiVersions([FIRST, change.date]), changes, document)).toThrow(
      'Module "shop", API change Idle: it changes no schema.',
    );
  });

  it.each([
    ['a schema of no route', [['2026-02-01', 'Unused', renamed('b', 'a')]], 'no route takes or answers "Unused"'],
    ['a schema that there is not', [['2026-02-01', 'Odrer', renamed('b', 'a')]], 'no route takes or answers "Odrer"'],
    ['a field that there is not', [['2026-02-01', 'Line', renamed('b', 'a')]], '"Line" has no field "a"'],
    ['an optional field', [['2026-02-01', 'Order', newlyRequired('parent', '1')]], '"parent" is not required'],
    ['a value without its older one', [['2026-02-01', 'Order', revalued('state', { new: 'open' })]], 'may be "closed"'],
    ['a field without values', [['2026-02-01', 'Line', revalued('tax', {})]], 'has no list of values'],
  ] as const)('is refused: %s', (_, history, message) => {
    expect(() => chainOf(history as unknown as typeof HISTORY)).toThrow(message);
  });
});
