import { decodeCursor, encodeCursor, Page, type PageQuery } from '@tenantry/kernel';
import { And, MoreThan, type FindOptionsRelations, type FindOptionsWhere, type Repository } from 'typeorm';

/**
 * One page of a table whose key is a UUIDv7 `id`, oldest first. Rows that arrive meanwhile come on later pages; none is
 * shown twice or left out.
 *
 * @throws CURSOR_INVALID
 * @since 0.1.0
 */
export async function findPage<Row extends { id: string }>(
  repository: Repository<Row>,
  { limit, cursor }: PageQuery,
  where: FindOptionsWhere<Row> = {},
  relations: FindOptionsRelations<Row> = {},
): Promise<Page<Row>> {
  const after =
    cursor === undefined
      ? {}
      : { id: where.id ? And(where.id as never, MoreThan(decodeCursor(cursor))) : MoreThan(decodeCursor(cursor)) };
  const rows = await repository.find({
    where: { ...where, ...after } as FindOptionsWhere<Row>,
    order: { id: 'ASC' } as never,
    relations,
    take: limit + 1,
  });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return new Page(items, rows.length > limit && last ? encodeCursor(last.id) : undefined);
}
