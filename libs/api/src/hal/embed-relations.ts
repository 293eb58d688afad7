import { embeddedIn, type EmbeddedRelation } from '@tenantry/kernel';

/** The document with its marked relations in `_embedded` (HAL, draft-kelly-json-hal section 4.1.2). */
export function embedRelations(document: object): object {
  const relations = new Map(embeddedIn(document).map((relation) => [relation.name, relation]));
  if (relations.size === 0) return document;
  const properties = Object.entries(document).filter(([name]) => !relations.has(name));
  const embedded = Object.entries(document).flatMap(([name, related]) => {
    const relation = relations.get(name);
    return relation && related !== null ? [[name, presented(related, relation, document)] as const] : [];
  });
  const before = '_embedded' in document ? (document._embedded as object) : {};
  return { ...Object.fromEntries(properties), _embedded: { ...before, ...Object.fromEntries(embedded) } };
}

function presented(related: unknown, relation: EmbeddedRelation, owner: object): unknown {
  if (Array.isArray(related)) return related.map((each) => presented(each, relation, owner));
  if (typeof related !== 'object' || related === null) return related;
  const self = selfOf(related, relation, owner);
  return self === undefined ? related : { ...related, _links: { self: { href: self } } };
}

/** Address of an embedded row, where a route is known that reads it. */
function selfOf(row: object, { resource }: EmbeddedRelation, owner: object): string | undefined {
  if (resource === undefined || !('id' in row)) return undefined;
  const ids = [row.id, 'id' in owner ? owner.id : undefined];
  const segments = resource.split('/').reverse();
  return segments
    .map((segment) => (segment.startsWith(':') ? encodeURIComponent(String(ids.shift())) : segment))
    .reverse()
    .join('/');
}
