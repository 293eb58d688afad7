import { tellFields, type ResourceQuery } from '@tenantry/kernel';
import { Equal, type FindOptionsWhere, type Repository } from 'typeorm';
import { embedOf, fieldsOf } from './collection-plan.js';
import { loadEmbedded } from './load-embedded.js';
import { narrowed } from './narrowed.js';

/**
 * One row by its `id`, with the relations of `query.embed`.
 *
 * @param where further conditions, which the client cannot see or lift
 * @throws EntityNotFoundError, which is answered 404 RESOURCE_UNKNOWN; REQUEST_INVALID
 * @since 0.1.0
 */
export async function findResource<Row extends { id: string }>(
  repository: Repository<Row>,
  id: string,
  query: ResourceQuery = {},
  where: FindOptionsWhere<Row> = {},
): Promise<Row> {
  const relations = embedOf(repository.metadata, query.embed);
  const row = await repository.findOneByOrFail(narrowed(where, Equal(id)));
  await loadEmbedded(repository, [row], relations);
  if (query.fields !== undefined) tellFields(row, fieldsOf(repository.metadata));
  return row;
}
