import { RequestInvalid } from '@tenantry/kernel';
import type { FastifyRequest } from 'fastify';

/** What a document has by being one; never left out. */
const KEPT: readonly string[] = ['id', '_links', '_embedded', '_templates'];

/**
 * Leaves of a HAL document, or of each member of a collection's, only the properties that `?fields=` names.
 *
 * @param told the properties that there can be, if somebody told
 * @throws REQUEST_INVALID for a property that there cannot be
 */
export function projectFields(
  document: unknown,
  told: readonly string[] | undefined,
  { method, query }: FastifyRequest,
): unknown {
  const fields = (query as { fields?: unknown }).fields;
  if (typeof fields !== 'string' || !isDocument(document) || !['GET', 'HEAD'].includes(method)) return document;
  const asked = fields.split(',');
  const members = document._embedded?.['item'];
  // A resource may embed a relation that is named item; a collection has no id.
  const isCollection = Array.isArray(members) && !('id' in document);
  if (told) refuseUnknown(asked, told, isCollection ? members : [document]);
  const kept = new Set([...asked, ...KEPT]);
  if (!isCollection) return projected(document, kept);
  return { ...document, _embedded: { ...document._embedded, item: members.map((each) => projected(each, kept)) } };
}

function refuseUnknown(asked: readonly string[], told: readonly string[], documents: readonly unknown[]): void {
  // A class has its absent properties too, as undefined; the document has not.
  const own = documents.flatMap((each) => (isObject(each) ? present(each) : []));
  const known = new Set([...told, ...own, ...KEPT]);
  const errors = [...new Set(asked)]
    .filter((name) => !known.has(name))
    .map((name) => ({ pointer: '/fields', detail: `"${name}" is not a property; possible: ${told.join(', ')}` }));
  if (errors.length > 0) throw new RequestInvalid({ errors });
}

function present(document: object): string[] {
  return Object.entries(document).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}

function projected(document: unknown, kept: ReadonlySet<string>): unknown {
  if (!isObject(document)) return document;
  return Object.fromEntries(Object.entries(document).filter(([name]) => kept.has(name)));
}

function isDocument(value: unknown): value is { _links: object; _embedded?: Record<string, unknown> } {
  return isObject(value) && '_links' in value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
