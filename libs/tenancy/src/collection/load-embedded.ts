import { defineError, embed, embeddedResource } from '@tenantry/kernel';
import type { ObjectLiteral, Repository } from 'typeorm';
import { ITEM } from './conditions.js';

const MAX_EMBEDDED = 10_000;
const EmbedTooLarge = defineError(
  'COLLECTION_EMBED_TOO_LARGE',
  422,
  (relation: string) => `There are too many ${relation} to embed; ask for smaller pages or without them.`,
);

/**
 * Loads the relations into the rows, one query for each relation however many rows there are.
 *
 * @throws COLLECTION_EMBED_TOO_LARGE
 */
export async function loadEmbedded<Row extends ObjectLiteral & { id: string }>(
  repository: Repository<Row>,
  rows: readonly Row[],
  relations: readonly string[],
): Promise<void> {
  if (rows.length === 0 || relations.length === 0) return;
  for (const relation of relations) {
    const related = await relatedTo(repository, rows, relation);
    for (const row of rows) Object.assign(row, { [relation]: related.get(row.id) ?? null });
  }
  const { target } = repository.metadata;
  const marks = relations.map((name) => ({
    name,
    ...(typeof target === 'function' && { resource: embeddedResource(target, name) }),
  }));
  for (const row of rows) embed(row, marks);
}

async function relatedTo<Row extends ObjectLiteral & { id: string }>(
  repository: Repository<Row>,
  rows: readonly Row[],
  relation: string,
): Promise<Map<string, unknown>> {
  const query = repository
    .createQueryBuilder(ITEM)
    .select(`${ITEM}.id`)
    .leftJoinAndSelect(`${ITEM}.${relation}`, 'embedded')
    .where(`${ITEM}.id IN (:...ids)`, { ids: rows.map(({ id }) => id) })
    // A limit of joined rows, not of owners: what is counted is what must be held in memory.
    .limit(MAX_EMBEDDED + 1);
  const inverse = repository.metadata.findRelationWithPropertyPath(relation)?.inverseEntityMetadata;
  for (const { propertyPath } of inverse?.primaryColumns ?? []) query.addOrderBy(`embedded.${propertyPath}`);
  const { entities, raw } = await query.getRawAndEntities();
  if (raw.length > MAX_EMBEDDED) throw new EmbedTooLarge(relation);
  return new Map(entities.map((owner) => [owner.id, (owner as Record<string, unknown>)[relation]]));
}
