import { embeddedIn } from '@tenantry/kernel';

/** The document with its marked relations in `_embedded` (HAL, draft-kelly-json-hal section 4.1.2). */
export function embedRelations(document: object): object {
  const relations = embeddedIn(document);
  if (relations.length === 0) return document;
  const properties = Object.entries(document).filter(([name]) => !relations.includes(name));
  const embedded = Object.entries(document).flatMap(([name, related]) =>
    relations.includes(name) && related !== null ? [[name, presented(related)] as const] : [],
  );
  const before = '_embedded' in document ? (document._embedded as object) : {};
  return { ...Object.fromEntries(properties), _embedded: { ...before, ...Object.fromEntries(embedded) } };
}

/** Address of an embedded row, where a route is known that reads it: so far none is. */
const selfOfEmbedded: (row: object) => string | undefined = () => undefined;

function presented(related: unknown): unknown {
  if (Array.isArray(related)) return related.map(presented);
  if (typeof related !== 'object' || related === null) return related;
  const self = selfOfEmbedded(related);
  return self === undefined ? related : { ...related, _links: { self: { href: self } } };
}
