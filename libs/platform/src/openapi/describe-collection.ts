import { collectionDeclarations, type EntityClass } from '@tenantry/kernel';
import { getMetadataArgsStorage } from 'typeorm';
import type { Route } from '../composition/routes.js';
import { referredName, type ApiDocument, type Operation } from './api-document.js';

/** Notes what a collection is filtered and sorted by, where its entity is known: by `@CollectionOf`, or as its members' class. */
export function describeCollection(document: ApiDocument, operation: Operation, route: Route): void {
  if (!operation.parameters?.some((each) => each.in === 'query' && each.name === 'filter')) return;
  const entity = route.collectionOf ?? memberEntity(document, operation);
  if (!entity) return;
  const { filterable, sortable } = collectionDeclarations(entity);
  operation['x-collection'] = { filter: filterable, sort: [...new Set(['id', ...sortable])] };
}

function memberEntity({ components: { schemas } }: ApiDocument, { responses }: Operation): EntityClass | undefined {
  const answer = Object.values(responses['200']?.content ?? {})[0]?.schema;
  const embedded = schemas[referredName(answer) ?? '']?.properties?.['_embedded'];
  const name = referredName(embedded?.properties?.['item']?.items);
  const table = getMetadataArgsStorage().tables.find(
    ({ target }) => typeof target === 'function' && target.name === name,
  );
  return table?.target as EntityClass | undefined;
}
