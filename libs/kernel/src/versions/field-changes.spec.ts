import { describe, expect, it } from 'vitest';
import { newlyRequired } from './newly-required.js';
import { removed } from './removed.js';
import { renamed } from './renamed.js';
import { replaced } from './replaced.js';
import { revalued } from './revalued.js';

const text = { type: 'string' };

describe('replaced', () => {
  const change = replaced({
    before: { town: text, street: text },
    optional: ['street'],
    now: ['address'],
    up: ({ town, street }) => ({ address: { town, street } }),
    down: ({ address }) => address as object as Record<string, unknown>,
  });

  it('requires of the fields before those that were required', () => {
    expect(change.schemaBefore({ properties: { address: {}, a: text }, required: ['address', 'a'] })).toEqual({
      properties: { town: text, street: text, a: text },
      required: ['a', 'town'],
    });
    expect(change.schemaBefore({ properties: { address: {} } }).required).toEqual([]);
  });

  it('leaves alone an object that has none of its fields', () => {
    const object = { a: 1 };
    expect([change.up(object), change.down(object)]).toEqual([object, object]);
  });

  it('has no name for queries on either side', () => {
    expect(['town', 'street', 'address', 'a'].map((name) => change.nameNow(name))).toEqual([
      undefined,
      undefined,
      undefined,
      'a',
    ]);
  });
});

describe('revalued', () => {
  const change = revalued('states', { new: 'open', done: 'closed' }, { void: 'done' });
  const list = { type: 'array', items: { enum: ['open', 'closed', 'void'] } };

  it('speaks of each value of a list', () => {
    expect(change.up({ states: ['new', 'done'] })).toEqual({ states: ['open', 'closed'] });
    expect(change.down({ states: ['open', 'void'] })).toEqual({ states: ['new', 'done'] });
    expect(change.schemaBefore({ properties: { states: list } }).properties?.['states']?.items?.enum).toEqual([
      'new',
      'done',
    ]);
  });

  it('leaves alone what is absent or no text, and what nobody declared', () => {
    for (const object of [{}, { states: null }, { states: 7 }, { states: 'constructor' }, { states: [null] }])
      expect(change.up(object)).toStrictEqual(object);
  });

  it('is asked for by every value that looks so, and by no other', () => {
    expect(change.valuesNow?.('states', 'done')).toEqual(['closed', 'void']);
    expect([change.valuesNow?.('states', 'open'), change.valuesNow?.('states', '__proto__')]).toEqual([[], []]);
    expect(change.valuesNow?.('other', 'done')).toBeUndefined();
  });
});

describe('newlyRequired', () => {
  it('gives the value to those who leave it out, and to no others', () => {
    const change = newlyRequired('currency', 'EUR');
    expect([{}, { currency: 'USD' }, { currency: null }].map((each) => change.up(each))).toEqual([
      { currency: 'EUR' },
      { currency: 'USD' },
      { currency: null },
    ]);
    expect(change.down({ currency: 'USD' })).toEqual({ currency: 'USD' });
  });
});

describe('renamed', () => {
  it('requires under the older name what is required', () => {
    const change = renamed('article', 'product');
    expect(change.schemaBefore({ properties: { product: text, a: text }, required: ['product'] })).toEqual({
      properties: { article: text, a: text },
      required: ['article'],
    });
    expect(['article', 'product', 'a'].map((name) => change.nameNow(name))).toEqual(['product', undefined, 'a']);
  });
});

describe('removed', () => {
  it('takes the field out of requests', () => {
    const change = removed('origin', text, () => 'shop');
    expect(change.up({ origin: 'x', a: 1 })).toEqual({ a: 1 });
    expect(['origin', 'a'].map((name) => change.nameNow(name))).toEqual([undefined, 'a']);
  });
});
