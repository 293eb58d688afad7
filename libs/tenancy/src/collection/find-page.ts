import { decodeCursor, encodeCursor, Page, tellFields, type PageQuery } from '@tenantry/kernel';
import { MoreThan, type FindOptionsWhere, type Repository } from 'typeorm';
import { fieldsOf, planOf } from './collection-plan.js';
import { findSorted } from './find-sorted.js';
import { loadEmbedded } from './load-embedded.js';
import { narrowed } from './narrowed.js';

/**
 * One page of a table whose key is a UUIDv7 `id`: oldest first, or as `query.sort` says; those that `query.filter`
 * keeps; with the relations of `query.embed`. Rows that arrive or go meanwhile make no other row come twice or not at
 * all. What may be asked for is declared by `@Filterable()`, `@Sortable()` and `@Embeddable()`.
 *
 * @param where further conditions, which the client cannot see or lift
 * @throws REQUEST_INVALID, CURSOR_INVALID
 * @since 0.1.0
 */
export async function findPage<Row extends { id: string }>(
  repository: Repository<Row>,
  query: PageQuery,
  where: FindOptionsWhere<Row> = {},
): Promise<Page<Row>> {
  const plan = planOf(repository.metadata, query);
  const isPlain = plan.filters.length === 0 && query.sort === undefined;
  const page = isPlain ? await findInOrder(repository, query, where) : await findSorted(repository, plan, query, where);
  await loadEmbedded(repository, page.items, plan.embed);
  if (query.fields !== undefined) tellFields(page, fieldsOf(repository.metadata));
  return page;
}

async function findInOrder<Row extends { id: string }>(
  repository: Repository<Row>,
  { limit, cursor }: PageQuery,
  where: FindOptionsWhere<Row>,
): Promise<Page<Row>> {
  const rows = await repository.find({
    where: cursor === undefined ? where : narrowed(where, MoreThan(decodeCursor(cursor))),
    order: { id: 'ASC' } as never,
    take: limit + 1,
  });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return new Page(items, rows.length > limit && last ? encodeCursor(last.id) : undefined);
}
