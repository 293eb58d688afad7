import { CursorInvalid, Page, type PageQuery } from '@tenantry/kernel';
import { QueryFailedError, type FindOptionsWhere, type Repository, type SelectQueryBuilder } from 'typeorm';
import type { CollectionPlan } from './collection-plan.js';
import { afterThat, conditionOf, ITEM } from './conditions.js';
import { decodeSorted, encodeSorted } from './sorted-cursor.js';

/** One page in the order, and of the rows, that a plan says. */
export async function findSorted<Row extends { id: string }>(
  repository: Repository<Row>,
  plan: CollectionPlan,
  { limit, cursor }: PageQuery,
  where: FindOptionsWhere<Row>,
): Promise<Page<Row>> {
  const table = repository.metadata.tableName;
  const values = cursor === undefined ? undefined : decodeSorted(table, plan, cursor);
  // Eager relations by queries of their own: joined, they would multiply the rows that the limit counts.
  const query = repository.createQueryBuilder(ITEM).setFindOptions({ where, relationLoadStrategy: 'query' });
  plan.filters.map(conditionOf).forEach(({ sql, parameters }) => query.andWhere(`(${sql})`, parameters));
  if (values !== undefined) {
    const { sql, parameters } = afterThat(plan.sort, values);
    query.andWhere(`(${sql})`, parameters);
  }
  order(query, plan);
  const { entities, raw } = await query
    .take(limit + 1)
    .getRawAndEntities<Record<string, string | null>>()
    .catch((error: unknown) => {
      throw values !== undefined && isDataException(error) ? new CursorInvalid({ cause: error }) : error;
    });
  const items = entities.slice(0, limit);
  const last = raw.find((row) => row[`sort_${plan.sort.length - 1}`] === items.at(-1)?.id);
  if (entities.length <= limit || !last) return new Page(items);
  return new Page(
    items,
    encodeSorted(
      table,
      plan,
      plan.sort.map((_key, index) => last[`sort_${index}`] ?? null),
    ),
  );
}

function order(query: SelectQueryBuilder<object & { id: string }>, { sort }: CollectionPlan): void {
  sort.forEach(({ property, descending }, index) => {
    // As Postgres writes them: a Date has milliseconds, a timestamptz microseconds.
    query.addSelect(`CAST(${ITEM}.${property} AS text)`, `sort_${index}`);
    query.addOrderBy(`${ITEM}.${property}`, descending ? 'DESC' : 'ASC', descending ? 'NULLS FIRST' : 'NULLS LAST');
  });
}

/** Postgres takes no such value (SQLSTATE class 22): a day that no calendar has, made up by whoever made up the cursor. */
function isDataException(error: unknown): boolean {
  return error instanceof QueryFailedError && String((error.driverError as { code?: unknown }).code).startsWith('22');
}
