import { embedRelations } from './embed-relations.js';

/** A link (HAL, draft-kelly-json-hal section 5). */
export interface Link {
  readonly href: string;
}

export type Linked = { readonly _links: Readonly<Record<string, Link>> };

export const HAL_MEDIA_TYPE = 'application/hal+json; charset=utf-8';

/** The object with a link to itself, unless it brings links of its own, and with its relations embedded. */
export function resource(value: object, self: string): object {
  return embedRelations('_links' in value ? value : { ...value, _links: { self: { href: self } } });
}

/** A collection's document: its members embedded, the next page linked. */
export function collection(items: readonly unknown[], path: string, self: string, next?: string): object {
  const item = items.map((each) => (hasId(each) ? resource(each, `${path}/${encodeURIComponent(each.id)}`) : each));
  return {
    _links: { self: { href: self }, ...(next !== undefined && { next: { href: next } }) },
    _embedded: { item },
  };
}

export function hasId(value: unknown): value is { id: string } {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';
}
