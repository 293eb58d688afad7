import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readQuery } from './read-query.js';

describe('a query string', () => {
  it('has its filters gathered in a list', () => {
    expect({ ...readQuery('limit=2&filter[state]=open&filter%5BcreatedAt%5D%5Bgte%5D=2026&sort=a') }).toEqual({
      limit: '2',
      sort: 'a',
      filter: [
        { property: 'state', operator: 'eq', value: 'open' },
        { property: 'createdAt', operator: 'gte', value: '2026' },
      ],
    });
  });

  it.each(['filter[a', 'filter[]', 'filter[a][]', 'filter[a][b][c]', 'filter.a', 'filters[a]'])(
    'keeps "%s" under the name it was given',
    (name) => {
      expect({ ...readQuery(`${name}=1`) }).toEqual({ [name]: '1' });
    },
  );

  it('keeps a parameter that is merely named filter, which is refused, and not those beside it', () => {
    expect({ ...readQuery('filter=x&filter[a]=1') }).toEqual({ filter: 'x' });
  });

  it('gives every value of a filter that comes twice', () => {
    expect(readQuery('filter[a]=1&filter[a]=2')['filter']).toEqual([
      { property: 'a', operator: 'eq', value: ['1', '2'] },
    ]);
  });

  it('changes no prototype, whatever it holds', () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    for (const name of ['__proto__', 'constructor', 'filter[__proto__][polluted]', 'filter[constructor][prototype]'])
      readQuery(`${name}=1&filter[__proto__]=2`);
    fc.assert(
      fc.property(fc.webQueryParameters(), fc.string(), (a, b) => void [readQuery(a), readQuery(`filter${b}`)]),
    );
    expect([Object.getOwnPropertyNames(Object.prototype), 'polluted' in {}]).toEqual([before, false]);
  });
});
