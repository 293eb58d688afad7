import { Logger } from '@nestjs/common';
import type { IsAvailable } from '@tenantry/kernel';
import { pathOf } from '../request/path-of.js';
import type { Curie, LinkPlan, PlannedLink, PlannedTemplate } from './link-plan.js';
import type { Place } from './route-places.js';

interface HalLink {
  readonly href: string;
}

export type HalLinks = Record<string, HalLink | readonly HalLink[] | readonly Curie[]>;

/** A document that has links already: at least to itself. */
export interface HalDocument {
  readonly _links: Readonly<HalLinks> & { readonly self?: HalLink };
  readonly _embedded?: Readonly<Record<string, unknown>> & { readonly item?: readonly unknown[] };
}

const logger = new Logger('Links');

export function isHalDocument(value: unknown): value is HalDocument {
  return typeof value === 'object' && value !== null && '_links' in value && typeof value._links === 'object';
}

/**
 * Where the resource that the document shows is, without a query: what its own link says, unless that only repeats the
 * address of what was posted to. Undefined when it shows something else.
 */
export function baseOf(document: HalDocument, place: Place, path: string, params: unknown): string | undefined {
  const { self } = document._links;
  const own = self ? pathOf(self.href) : path;
  if (own !== path) return fits(own, place.pattern) ? own : undefined;
  if (place.kind === 'self') return path;
  const id = 'id' in document && typeof document.id === 'string' ? document.id : undefined;
  if (id === undefined) return undefined;
  if (place.kind === 'member') return place.hasRoutes ? `${path}/${encodeURIComponent(id)}` : undefined;
  const isSame = (params as Record<string, unknown>)[place.parameter] === id;
  return isSame ? path.split('/').slice(0, -place.steps).join('/') : undefined;
}

/** Whether an address is one of the pattern's. */
export function fits(path: string, pattern: string): boolean {
  const segments = path.split('/');
  const words = pattern.split('/');
  return segments.length === words.length && words.every((word, index) => word === ':' || word === segments[index]);
}

/** A resource with the links and forms of its plan. Links of its own win. */
export function linkResource(document: HalDocument, base: string, plan: LinkPlan): HalDocument {
  const { self, ...own } = document._links;
  const links: HalLinks = { self: self && isAt(self.href, base) ? self : { href: base } };
  if (plan.curies.length > 0) links['curies'] = plan.curies;
  if (plan.hasCollection) links['collection'] = { href: collectionOf(base) };
  addLinks(links, plan.links, base, document);
  const templates = templatesOf(plan.templates, base, document);
  return { ...document, _links: Object.assign(links, own), ...(templates && { _templates: templates }) };
}

/** What was made in a collection. Where it has no address that the caller may read, it is found in the collection. */
export function linkMember(document: HalDocument, base: string, plan: LinkPlan): HalDocument {
  const linked = linkResource(document, base, plan);
  if (plan.isReadable || !plan.hasCollection || document._links.self?.href !== base) return linked;
  const collection = collectionOf(base);
  return {
    ...linked,
    _links: { ...linked._links, self: { href: `${collection}#${base.slice(collection.length + 1)}` } },
  };
}

const collectionOf = (member: string): string => member.slice(0, member.lastIndexOf('/'));

/** A collection with the links and forms of its plan, its members with the links of theirs. */
export function linkCollection(document: HalDocument, base: string, plan: LinkPlan, ofItem: LinkPlan): HalDocument {
  const linked = linkResource(document, base, plan);
  if (ofItem.isReadable && ofItem.links.length === 0) return linked;
  const members = document._embedded?.item ?? [];
  const item = members.map((each) => (isHalDocument(each) ? linkItem(each, base, ofItem) : each));
  const curies = [
    ...plan.curies,
    ...ofItem.curies.filter(({ name }) => !plan.curies.some((each) => each.name === name)),
  ];
  return {
    ...linked,
    _links: { ...linked._links, ...(curies.length > 0 && { curies }) },
    _embedded: { ...document._embedded, item },
  };
}

/** Members have links and no forms: a page of them would be forms for the most part. */
export function linkItem(item: HalDocument, collection: string, plan: LinkPlan): HalDocument {
  const { self, ...own } = item._links;
  if (!self) return item;
  const base = pathOf(self.href);
  const links: HalLinks = { self: plan.isReadable ? self : whereReadable(item, self, collection) };
  addLinks(links, plan.links, base, item);
  return { ...item, _links: Object.assign(links, own) };
}

/** An address that only the platform gave, and that nobody answers at, is a fragment (RFC 3986 section 3.5) instead. */
function whereReadable(item: HalDocument, self: HalLink, collection: string): HalLink {
  const id = 'id' in item && typeof item.id === 'string' ? encodeURIComponent(item.id) : undefined;
  return id !== undefined && self.href === `${collection}/${id}` ? { href: `${collection}#${id}` } : self;
}

function addLinks(links: HalLinks, planned: readonly PlannedLink[], base: string, resource: object): void {
  const prefix = base === '/' ? '' : base;
  for (const { rel, suffix, attributes, isAvailable } of planned) {
    if (isAvailable && !holds(isAvailable, resource, rel)) continue;
    const link = { href: prefix + suffix, ...attributes };
    const former = links[rel];
    links[rel] =
      former === undefined ? link : [...(Array.isArray(former) ? (former as HalLink[]) : [former as HalLink]), link];
  }
}

function templatesOf(
  planned: readonly PlannedTemplate[],
  base: string,
  resource: object,
): Record<string, object> | undefined {
  const prefix = base === '/' ? '' : base;
  let templates: Record<string, object> | undefined;
  for (const { key, suffix, method, title, contentType, properties, isAvailable } of planned) {
    if (isAvailable && !holds(isAvailable, resource, key)) continue;
    templates ??= {};
    templates[key] = { method, target: prefix + suffix || '/', contentType, title, properties };
  }
  return templates;
}

/** What cannot be told of a resource is not shown: the answer is not worth less for it. */
function holds(isAvailable: IsAvailable<object>, resource: object, name: string): boolean {
  try {
    return isAvailable(resource);
  } catch (error) {
    logger.error(`Whether "${name}" is available could not be told.`, error instanceof Error ? error.stack : undefined);
    return false;
  }
}

/** Whether an address is this path, with a query or without. */
function isAt(href: string, path: string): boolean {
  return href.length === path.length || href[path.length] === '?';
}
