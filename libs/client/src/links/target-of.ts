import type { Link } from '../typing/resource.js';
import type { PathValue } from '../typing/values.js';
import { expandTemplate } from './expand-template.js';

/**
 * Where a resource's link leads.
 *
 * @param values for a templated link
 * @throws TypeError when the resource has no such link: this caller may not, or cannot now, do what it stands for
 */
export function targetOf(resource: object, rel: string, values: Readonly<Record<string, PathValue>> = {}): string {
  const link = linkOf(resource, rel);
  if (!link) throw new TypeError(`There is no link "${rel}" here.`);
  return link.templated ? expandTemplate(link.href, values) : link.href;
}

/** The first link of this relation. */
export function linkOf(resource: object, rel: string): Link | undefined {
  const links: unknown = Reflect.get(resource, '_links');
  if (typeof links !== 'object' || links === null) return undefined;
  const found: unknown = Reflect.get(links, rel);
  const link: unknown = Array.isArray(found) ? found[0] : found;
  return isLink(link) ? link : undefined;
}

function isLink(value: unknown): value is Link {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'href') === 'string';
}
