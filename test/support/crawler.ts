import type { Route } from '@tenantry/platform';
import type { FormField } from './fill-form.js';
import type { TestClient } from './test-client.js';

/** A request that a document offers. */
export interface Offer {
  readonly method: string;
  readonly href: string;
  readonly templated: boolean;
  /** What a form asks for. */
  readonly fields?: readonly FormField[];
  readonly contentType?: string;
}

interface Document {
  readonly _links?: Record<string, LinkLike | LinkLike[]>;
  readonly _templates?: Record<
    string,
    { method: string; target: string; contentType?: string; properties: FormField[] }
  >;
  readonly _embedded?: Record<string, Document[]>;
}

interface LinkLike {
  readonly href: string;
  readonly templated?: boolean;
  readonly hints?: { readonly allow: string[] };
}

/** What was found from the root document: every offer, and the status of every address that was read. */
export interface Crawl {
  readonly offers: readonly Offer[];
  readonly statuses: ReadonlyMap<string, number>;
}

/** Reads the root document and, from there, whatever may be read. */
export async function crawl(client: TestClient): Promise<Crawl> {
  const statuses = new Map<string, number>();
  const offers: Offer[] = [];
  const open = ['/'];
  for (let path = open.shift(); path !== undefined; path = open.shift()) {
    if (statuses.has(path)) continue;
    const { status, body } = await client.get(path);
    statuses.set(path, status);
    if (status !== 200) continue;
    const found = offersOf(body);
    offers.push(...found);
    open.push(...found.filter(({ method, templated }) => method === 'GET' && !templated).map(({ href }) => href));
  }
  return { offers, statuses };
}

function offersOf({ _links = {}, _templates = {}, _embedded = {} }: Document): Offer[] {
  const links = Object.entries(_links).flatMap(([rel, link]) => (rel === 'curies' ? [] : link));
  return [
    ...links.flatMap(({ href, templated = false, hints }) =>
      (hints?.allow ?? ['GET']).map((method) => ({ method, href, templated })),
    ),
    ...Object.values(_templates).map(({ method, target, contentType, properties }) => ({
      ...{ method, href: target, templated: false, fields: properties, contentType },
    })),
    ...Object.values(_embedded).flat().flatMap(offersOf),
  ];
}

/** Whether one of the offers is a request to this route. */
export function isOffered({ method, path }: Route, offers: readonly Offer[], routes: readonly Route[]): boolean {
  return offers.some((offer) => offer.method === method && routeOf(offer, routes)?.path === path);
}

/** The route that an offer leads to: a fixed word of a path goes before a parameter. */
export function routeOf({ method, href }: Offer, routes: readonly Route[]): Route | undefined {
  const [path = ''] = href.split('?', 1);
  const able = routes.filter((route) => route.method === method && matches(path, route.path));
  return able.sort((a, b) => a.path.split(':').length - b.path.split(':').length)[0];
}

function matches(path: string, pattern: string): boolean {
  const [segments, words] = [path.split('/'), pattern.split('/')];
  return (
    segments.length === words.length && words.every((word, index) => word.startsWith(':') || word === segments[index])
  );
}
