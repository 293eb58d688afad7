import { collectionDeclarations, type EntityClass } from '@tenantry/kernel';
import type { Route } from '../composition/routes.js';
import { referredName, type ApiDocument, type Operation } from './api-document.js';

/**
 * Notes what a collection is filtered and sorted by, where its entity is known: by `@CollectionOf`, or as its members' class.
 *
 * @param entities of the platform: a process may have others of the same name
 */
export function describeCollection(
  document: ApiDocument,
  operation: Operation,
  route: Route,
  entities: readonly EntityClass[],
): void {
  if (!operation.parameters?.some((each) => each.in === 'query' && each.name === 'filter')) return;
  const entity = route.collectionOf ?? entities.find(({ name }) => name === memberName(document, operation));
  if (!entity) return;
  const { filterable, sortable } = collectionDeclarations(entity);
  operation['x-collection'] = { filter: filterable, sort: [...new Set(['id', ...sortable])] };
}

function memberName({ components: { schemas } }: ApiDocument, { responses }: Operation): string | undefined {
  const answer = Object.values(responses['200']?.content ?? {})[0]?.schema;
  const embedded = schemas[referredName(answer) ?? '']?.properties?.['_embedded'];
  return referredName(embedded?.properties?.['item']?.items);
}
