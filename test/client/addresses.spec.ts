import { describe, expect, it } from 'vitest';
import { fillPath } from '../../libs/client/src/address/fill-path.js';
import { Origin } from '../../libs/client/src/address/origin.js';
import { queryString } from '../../libs/client/src/address/query-string.js';
import { expandTemplate } from '../../libs/client/src/links/expand-template.js';
import { linkOf } from '../../libs/client/src/links/target-of.js';

describe('a path', () => {
  it('gets its parameters, each as one segment', () => {
    expect(fillPath('/a/{x}/b/{y}', { x: 'ü/?#', y: 7 })).toBe('/a/%C3%BC%2F%3F%23/b/7');
  });

  it.each<Record<string, string>>([{}, { id: '' }, { id: '.' }, { id: '..' }])(
    'is refused where %j would make it another',
    (params) => {
      expect(() => fillPath('/notes/{id}', params)).toThrow(TypeError);
    },
  );

  it('takes no parameter from the prototype of what it is given', () => {
    expect(() => fillPath('/{constructor}', {})).toThrow(TypeError);
  });
});

describe('a query', () => {
  it.each([
    [{}, ''],
    [undefined, ''],
    [{ limit: 10, cursor: undefined }, '?limit=10'],
    [{ fields: ['title', 'body'], open: true }, '?fields=title%2Cbody&open=true'],
    [{ 'filter[status]': 'open' }, '?filter%5Bstatus%5D=open'],
    [{ filter: { createdAt: { gte: new Date(0) } } }, '?filter%5BcreatedAt%5D%5Bgte%5D=1970-01-01T00%3A00%3A00.000Z'],
  ])('%j is written %j', (query, written) => {
    expect(queryString(query)).toBe(written);
  });
});

describe('an origin', () => {
  it.each(['ftp://host', 'http://user:pass@host', 'http://host/api', 'http://host/?a', 'http://host/#a', 'host', ''])(
    'is not %j',
    (address) => {
      expect(() => new Origin(address)).toThrow(TypeError);
    },
  );

  it.each(['http://other/notes', '//other/notes', 'https://host/notes', 'http://host:81/notes', 'javascript:alert(1)'])(
    'does not lead to %s',
    (href) => {
      expect(() => new Origin('http://host').resolve(href)).toThrow('is not followed');
    },
  );

  it.each(['/notes?cursor=a', 'http://host/notes?cursor=a'])('leads to %s', (href) => {
    expect(new Origin('http://host').resolve(href)).toBe('http://host/notes?cursor=a');
  });
});

describe('a template', () => {
  it.each([
    ['/rels/notes/{rel}', { rel: 'a b' }, '/rels/notes/a%20b'],
    ['/notes{?limit,cursor}', { limit: 5 }, '/notes?limit=5'],
    ['/notes/{id}/lines{?limit}', { id: 'x' }, '/notes/x/lines'],
    ['/notes{?constructor}', {}, '/notes'],
  ])('%s is expanded', (template, values, expanded) => {
    expect(expandTemplate(template, values)).toBe(expanded);
  });

  it.each(['/notes{/id}', '/notes/{+id}', '/notes{?a}/b', '/notes{#a}', '/notes/{a*}', '/notes/{id}'])(
    '%s is refused when it is not understood, or lacks a value',
    (template) => {
      expect(() => expandTemplate(template, {})).toThrow(TypeError);
    },
  );
});

describe('a link', () => {
  it('is the first of its relation', () => {
    expect(linkOf({ _links: { item: [{ href: '/1' }, { href: '/2' }] } }, 'item')).toEqual({ href: '/1' });
  });

  it.each<object>([
    {},
    { _links: null },
    { _links: {} },
    { _links: { toString: { href: 7 } } },
    { _links: { toString: [] } },
  ])('is not in %j', (resource) => {
    expect(linkOf(resource, 'toString')).toBeUndefined();
  });
});
