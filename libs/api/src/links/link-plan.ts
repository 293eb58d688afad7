import type { IsAvailable } from '@tenantry/kernel';
import type { FormProperty } from './form-property.js';
import { isForRoot, type LinkCaller } from './link-caller.js';
import type { LinkedRoute } from './linked-route.js';
import { above, isBelow, isMember, patternOf, relationOf, suffixOf } from './route-pattern.js';
import type { TemplateKeys } from './template-keys.js';

/** A link whose address is known but for where its resource is. */
export interface PlannedLink {
  readonly rel: string;
  readonly suffix: string;
  readonly attributes: { readonly templated?: true; readonly hints?: { readonly allow: readonly string[] } };
  readonly isAvailable?: IsAvailable<object>;
}

/** A form (HAL-FORMS) whose target is known but for where its resource is. */
export interface PlannedTemplate {
  readonly key: string;
  readonly suffix: string;
  readonly method: string;
  readonly title?: string;
  readonly contentType?: string;
  readonly properties: readonly FormProperty[];
  readonly isAvailable?: IsAvailable<object>;
}

/** What one kind of resource shows to one kind of caller, computed once. */
export interface LinkPlan {
  readonly links: readonly PlannedLink[];
  readonly templates: readonly PlannedTemplate[];
  /** Where the relations of its modules are described. */
  readonly curies: readonly Curie[];
  /** Whether the caller may read it. */
  readonly isReadable: boolean;
  /** Whether it is a member of a collection that the caller may read. */
  readonly hasCollection: boolean;
}

/** A prefix of relations (draft-kelly-json-hal section 8.2). */
export interface Curie {
  readonly name: string;
  readonly href: string;
  readonly templated: true;
}

/**
 * What a resource shows of these routes, all of which the caller may use. A route belongs to the nearest resource above
 * it that the caller may read; so one whose own resource is out of reach is still found, further up.
 */
export function planLinks(
  pattern: string,
  routes: readonly LinkedRoute[],
  caller: LinkCaller,
  keys: TemplateKeys,
): LinkPlan {
  const shown = pattern === '/' ? routes.filter((route) => isForRoot(route, caller)) : routes;
  const own = ownedBy(pattern, shown, routes);
  const singles = pattern === '/' ? shown.filter(isSingle) : [];
  const linked = new Set([...own.filter((route) => isLinked(route, pattern)), ...singles]);
  const links = [...linked].map((route) => planLink(route, pattern));
  const templates = own
    .filter((route) => hasTemplate(route, pattern))
    .map((route) => planTemplate(route, pattern, keys));
  return {
    links: links.sort(byText(({ rel, suffix, attributes }) => `${rel} ${suffix} ${String(attributes.hints?.allow)}`)),
    templates: templates.sort(byText(({ key }) => key)),
    curies: curiesOf(links),
    isReadable: gets(routes).includes(pattern),
    hasCollection: isMember(pattern) && gets(routes).includes(above(pattern)),
  };
}

/** Which of the routes belong to the resource, where these may be read. */
export function ownedBy(
  pattern: string,
  routes: readonly LinkedRoute[],
  readable: readonly LinkedRoute[] = routes,
): LinkedRoute[] {
  const owners = new Set(['/', pattern, ...gets(readable)]);
  return routes.filter((route) => ownerOf(route, owners) === pattern);
}

/** A form goes to one address. */
export function hasTemplate({ method, path }: LinkedRoute, pattern: string): boolean {
  return method !== 'GET' && !suffixOf(path, pattern).includes('{');
}

function curiesOf(links: readonly PlannedLink[]): Curie[] {
  const prefixed = links.map(({ rel }) => rel.split(':', 2)).filter(([, name]) => name !== undefined);
  const modules = [...new Set(prefixed.map(([module = '']) => module))].sort();
  return modules.map((name) => ({ name, href: `/rels/${name}/{rel}`, templated: true }));
}

/** Patterns that answer to GET. */
function gets(routes: readonly LinkedRoute[]): string[] {
  return routes.filter(({ method }) => method === 'GET').map(({ path }) => patternOf(path));
}

/** The longest pattern above a route, or its own for what changes a resource. */
function ownerOf({ method, path }: LinkedRoute, readable: ReadonlySet<string>): string | undefined {
  const pattern = patternOf(path);
  if (method !== 'GET' && readable.has(pattern)) return pattern;
  let owner: string | undefined;
  for (const each of readable) {
    if (isBelow(pattern, each) && (owner === undefined || each.length > owner.length)) owner = each;
  }
  return owner;
}

/** A collection or a thing there is one of, which the root links wherever else it is linked. */
function isSingle({ method, path }: LinkedRoute): boolean {
  return method === 'GET' && path !== '/' && !path.includes(':');
}

/** What changes the resource itself is a template only, and the members of a collection are embedded. */
function isLinked({ method, path }: LinkedRoute, pattern: string): boolean {
  if (patternOf(path) === pattern) return false;
  return !(method === 'GET' && pattern !== '/' && !isMember(pattern) && patternOf(path) === `${pattern}/:`);
}

function planLink(route: LinkedRoute, pattern: string): PlannedLink {
  const suffix = suffixOf(route.path, pattern);
  return {
    rel: relationOf(route),
    suffix,
    attributes: {
      ...(suffix.includes('{') && { templated: true }),
      ...(route.method !== 'GET' && { hints: { allow: [route.method] } }),
    },
    isAvailable: route.isAvailable,
  };
}

function planTemplate(route: LinkedRoute, pattern: string, keys: TemplateKeys): PlannedTemplate {
  const { method, title, contentType, properties, isAvailable } = route;
  return {
    key: keys.of(route, pattern),
    suffix: suffixOf(route.path, pattern),
    method,
    title,
    contentType: contentType ?? (properties && 'application/json'),
    properties: properties ?? [],
    isAvailable,
  };
}

const byText =
  <T>(text: (value: T) => string) =>
  (a: T, b: T): number =>
    text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0;
