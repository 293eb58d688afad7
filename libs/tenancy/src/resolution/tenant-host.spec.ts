import { describe, expect, it } from 'vitest';
import { readHost } from './tenant-host.js';

describe('the host', () => {
  it.each([
    ['acme.localhost:3000', 'localhost', 'acme'],
    ['ACME.Example.com', 'example.com', 'acme'],
    ['acme.example.com.', 'example.com', 'acme'],
    ['a.b.example.com', 'example.com', 'a.b'],
  ])('%s under %s names the slug %s', (host, base, slug) => {
    expect(readHost(host, base)).toEqual({ slug });
  });

  it.each(['localhost', 'localhost:3000', 'example.com', '127.0.0.1:3000', '[::1]:3000', ''])(
    '%j names no tenant',
    (host) => {
      expect(readHost(host, 'example.com')).toBeUndefined();
    },
  );

  it('of another domain may be a tenant’s own', () => {
    expect(readHost('api.acme.example', 'example.com')).toEqual({ domain: 'api.acme.example' });
    expect(readHost('evilexample.com', 'example.com')).toEqual({ domain: 'evilexample.com' });
  });
});
