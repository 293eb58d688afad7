import {
  collectionDeclarations,
  embeddedResource,
  RequestInvalid,
  type FieldFault,
  type PageQuery,
} from '@tenantry/kernel';
import type { EntityMetadata } from 'typeorm';
import { mayRead } from '../context/tenant-context.js';
import { faultOf, listed, possible, type Read } from './query-faults.js';
import { readFilters, type Filter } from './read-filters.js';
import { readSort, type SortKey } from './read-sort.js';

/** What is asked of a collection, checked against what its entity declares. */
export interface CollectionPlan {
  readonly filters: readonly Filter[];
  /** Ends with `id`. */
  readonly sort: readonly SortKey[];
  readonly embed: readonly string[];
}

/** @throws REQUEST_INVALID naming each parameter at fault */
export function planOf(metadata: EntityMetadata, query: PageQuery): CollectionPlan {
  const { filterable, sortable } = collectionDeclarations(entityOf(metadata));
  const filters = readFilters(metadata, filterable, query.filter ?? []);
  const sort = readSort(metadata, sortable, query.sort);
  const embed = readEmbed(metadata, query.embed);
  refuse([...filters, ...sort, ...embed]);
  return { filters: filters.flatMap(valueOf), sort: sort.flatMap(valueOf), embed: embed.flatMap(valueOf) };
}

/**
 * The relations to embed.
 *
 * @throws REQUEST_INVALID naming each that there is not
 */
export function embedOf(metadata: EntityMetadata, embed: string | undefined): string[] {
  const read = readEmbed(metadata, embed);
  refuse(read);
  return read.flatMap(valueOf);
}

/** Properties that a row of the entity has when it is read. */
export function fieldsOf(metadata: EntityMetadata): string[] {
  const columns = metadata.columns.filter((column) => column.isSelect && !column.isVirtual);
  const eager = metadata.eagerRelations.map(({ propertyName }) => propertyName);
  return [...new Set([...columns.map(({ propertyPath }) => propertyPath.split('.', 1)[0] ?? ''), ...eager])];
}

function readEmbed(metadata: EntityMetadata, embed: string | undefined): Read<string>[] {
  const entity = entityOf(metadata);
  const embeddable = collectionDeclarations(entity).embeddable.filter((name) => {
    const resource = embeddedResource(entity, name);
    return resource === undefined || mayRead(resource);
  });
  return [...new Set(listed(embed))].map((name) =>
    embeddable.includes(name)
      ? { value: name }
      : faultOf('embed', `"${name}" is not a relation to embed; ${possible(embeddable)}`),
  );
}

function refuse(read: readonly Read<unknown>[]): void {
  const errors = read.flatMap((each): FieldFault[] => ('fault' in each ? [each.fault] : []));
  if (errors.length > 0) throw new RequestInvalid({ errors });
}

function valueOf<T>(read: Read<T>): T[] {
  return 'value' in read ? [read.value] : [];
}

/** The entity's class; one that is described by a schema alone declares nothing. */
function entityOf({ target }: EntityMetadata): object {
  return typeof target === 'function' ? target : {};
}
