import { Caches, parseSettings } from '@tenantry/kernel';
import type { Access, UserPrincipal } from '@tenantry/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LinkedRoute } from './linked-route.js';
import { Links, type LinkRequest } from './links.js';
import { patternOf } from './route-pattern.js';

const PERMISSIONS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'] as const;

const route = (method: string, path: string, permission?: (typeof PERMISSIONS)[number], more = {}): LinkedRoute => {
  const access: Access = permission ? { kind: 'permission', permissions: [permission] } : { kind: 'member' };
  return { module: 'm', method, path, access, ...more };
};

/** Every shape of path, with the permissions spread so that any part of a branch may be out of reach. */
const ROUTES: readonly LinkedRoute[] = [
  { ...route('GET', '/'), access: { kind: 'public', tenant: 'optional', credential: 'optional' } },
  route('GET', '/orders', 'a'),
  route('POST', '/orders', 'b'),
  route('GET', '/orders/summary', 'c'),
  route('GET', '/orders/:id', 'd'),
  route('PATCH', '/orders/:id', 'b'),
  route('PUT', '/orders/:id', 'e'),
  route('DELETE', '/orders/:reference', 'e'),
  route('POST', '/orders/:id/cancel', 'b'),
  route('GET', '/orders/:id/lines', 'f'),
  route('POST', '/orders/:id/lines', 'b'),
  route('GET', '/orders/:id/lines/:line', 'g'),
  route('DELETE', '/orders/:id/lines/:line', 'e'),
  route('GET', '/prices/:product'),
  route('POST', '/suggestions', 'c'),
  route('GET', '/me'),
  route('PUT', '/me/picture', 'f'),
  route('DELETE', '/me/picture', 'g'),
  route('POST', '/exports', 'a', { feature: 'export' }),
];

interface Shown {
  _links: Record<string, Offered | Offered[]>;
  _templates?: Record<string, { method: string; target: string }>;
  _embedded?: { item: Shown[] };
}
interface Offered {
  href: string;
  hints?: { allow: string[] };
}

const reply = { hasHeader: () => false, header: () => undefined };
const idOf = (path: string) => path.replace(/:\w+/g, '1');

/** The route at an address, of which parts may be left to fill in. */
function patternAt(method: string, href: string): string | undefined {
  const filled = href.replace(/\{\w+\}/g, '1');
  return ROUTES.find((each) => each.method === method && idOf(each.path) === filled)?.path;
}

function show(links: Links, request: LinkRequest): Shown {
  const isCollection = /(orders|lines)$/.test(request.url);
  const member = { id: '1', _links: { self: { href: `${request.url}/1` } } };
  const document = { _links: { self: { href: request.url } }, ...(isCollection && { _embedded: { item: [member] } }) };
  return links.add(document, request, reply) as Shown;
}

/** All that is offered to this caller from the root on, as `METHOD pattern`. */
function explore(links: Links, permissions: readonly string[], features: readonly string[]): string[] {
  const principal: UserPrincipal = {
    kind: 'user',
    id: '1',
    tenantId: '1',
    sessionId: '1',
    roles: [],
    permissions: new Set(permissions),
  };
  const caller = { principal, features: new Set(features), tenant: {} };
  const offers = new Set<string>();
  const open = [{ method: 'GET', href: '/' }];
  for (let next = open.shift(); next; next = open.shift()) {
    const url = patternAt(next.method, next.href) ?? expect.fail(`${next.method} ${next.href} leads nowhere`);
    const offer = `${next.method} ${patternOf(url)}`;
    if (offers.has(offer)) continue;
    offers.add(offer);
    if (next.method === 'GET')
      open.push(...offersOf(show(links, { method: 'GET', url: idOf(url), routeOptions: { url }, ...caller })));
  }
  return [...offers].sort();
}

function offersOf({ _links, _templates = {}, _embedded }: Shown): { method: string; href: string }[] {
  const linked = Object.entries(_links).flatMap(([rel, link]) => (rel === 'curies' ? [] : link));
  return [
    ...linked.flatMap(({ href, hints }) => (hints?.allow ?? ['GET']).map((method) => ({ method, href }))),
    ...Object.values(_templates).map(({ method, target }) => ({ method, href: target })),
    ...(_embedded?.item ?? []).flatMap(offersOf),
  ].map(({ method, href }) => ({ method, href: href.split('#', 1)[0] ?? '' }));
}

describe('links', () => {
  const links = new Links(new Caches(), parseSettings({}));
  links.describe(ROUTES);

  it('offer every caller exactly what they may call, whatever of it is out of reach', () => {
    const rights = fc.tuple(fc.subarray([...PERMISSIONS]), fc.subarray(['export']));
    fc.assert(
      fc.property(rights, ([permissions, features]) => {
        const allowed = ROUTES.filter(({ access, feature }) => {
          const isHeld = access.kind !== 'permission' || permissions.some((each) => access.permissions.includes(each));
          return isHeld && (feature === undefined || features.length > 0);
        });
        const expected = new Set(allowed.map(({ method, path }) => `${method} ${patternOf(path)}`));
        expect(explore(links, permissions, features)).toEqual([...expected].sort());
      }),
      { numRuns: 256 },
    );
  });

  it('do not depend on the order of routes', () => {
    const reversed = new Links(new Caches(), parseSettings({}));
    reversed.describe([...ROUTES].reverse());
    const request = (url: string): LinkRequest => ({
      method: 'GET',
      url: idOf(url),
      routeOptions: { url },
      principal: { kind: 'user', permissions: new Set<string>(PERMISSIONS) } as unknown as UserPrincipal,
      tenant: {},
    });
    for (const url of ['/', '/orders', '/orders/:id', '/me'])
      expect(JSON.stringify(show(reversed, request(url)))).toBe(JSON.stringify(show(links, request(url))));
  });

  it('leave a document alone that shows another resource than its address', () => {
    const request = { method: 'GET', url: '/me', routeOptions: { url: '/me' } };
    const document = { _links: { self: { href: '/elsewhere/1' } } };
    expect(links.add(document, request, reply)).toBe(document);
  });

  it('hide an action whose state cannot be told', () => {
    const careless = new Links(new Caches(), parseSettings({}));
    const isAvailable = (order: object) => (order as { customer: { name: string } }).customer.name !== '';
    careless.describe([route('GET', '/orders/:id'), route('POST', '/orders/:id/cancel', undefined, { isAvailable })]);
    const principal = { kind: 'user', permissions: new Set<string>() } as unknown as UserPrincipal;
    const request = { method: 'GET', url: '/orders/1', routeOptions: { url: '/orders/:id' }, principal, tenant: {} };
    const shown = show(careless, request);
    expect([Object.keys(shown._links), shown._templates]).toEqual([['self', 'curies'], undefined]);
  });
});
