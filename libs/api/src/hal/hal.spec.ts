import { describe, expect, it } from 'vitest';
import { collection, resource } from './hal.js';

describe('a HAL document', () => {
  it('links a resource to itself', () => {
    expect(resource({ id: '1', title: 'x' }, '/notes/1')).toEqual({
      id: '1',
      title: 'x',
      _links: { self: { href: '/notes/1' } },
    });
  });

  it('leaves links that the resource brings', () => {
    const own = { id: '1', _links: { self: { href: '/elsewhere' } } };
    expect(resource(own, '/notes/1')).toBe(own);
  });

  it('embeds the members of a collection and links the next page', () => {
    expect(collection([{ id: 'a/b' }], '/notes', '/notes?limit=1', '/notes?limit=1&cursor=c')).toEqual({
      _links: { self: { href: '/notes?limit=1' }, next: { href: '/notes?limit=1&cursor=c' } },
      _embedded: { item: [{ id: 'a/b', _links: { self: { href: '/notes/a%2Fb' } } }] },
    });
  });
});
