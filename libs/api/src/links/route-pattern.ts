import { IANA_RELATIONS } from './iana-relations.js';
import type { LinkedRoute } from './linked-route.js';

/** The path with every parameter as `:`, because two routes may call the same parameter by two names. */
export function patternOf(path: string): string {
  return path.replace(/:[^/]+/g, ':');
}

export const isMember = (pattern: string): boolean => pattern.endsWith('/:');

/** The pattern one segment up; the root's own is the root. */
export function above(pattern: string): string {
  return pattern.slice(0, pattern.lastIndexOf('/')) || '/';
}

export function isBelow(pattern: string, owner: string): boolean {
  return owner === '/' ? pattern !== '/' : pattern.startsWith(`${owner}/`);
}

/** What comes after the owner's path, as a URI template (RFC 6570): `/lines/{line}`. */
export function suffixOf(path: string, owner: string): string {
  const depth = owner === '/' ? 0 : owner.split('/').length - 1;
  const rest = path.split('/').slice(depth + 1);
  return rest.map((segment) => `/${segment.replace(/^:(.+)$/, '{$1}')}`).join('');
}

const VERBS: Readonly<Record<string, string>> = { POST: 'create', PATCH: 'edit', PUT: 'replace', DELETE: 'delete' };

export function verbOf(method: string): string {
  return VERBS[method] ?? method.toLowerCase();
}

/** Name of a route's relation within its module: what `@Rel` says, else the last word of the path. */
export function nameOf({ rel, method, path }: LinkedRoute): string {
  if (rel !== undefined) return rel;
  const segments = path.split('/');
  const word = segments.filter((segment) => segment && !segment.startsWith(':')).at(-1) ?? 'root';
  const name = word
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return method !== 'GET' && segments.at(-1)?.startsWith(':') ? `${name}-${verbOf(method)}` : name;
}

/** The relation: a registered one as it is, any other as a CURIE. Only `@Rel` claims a registered meaning. */
export function relationOf(route: LinkedRoute): string {
  const name = nameOf(route);
  return route.rel !== undefined && IANA_RELATIONS.has(name) ? name : `${route.module}:${name}`;
}
