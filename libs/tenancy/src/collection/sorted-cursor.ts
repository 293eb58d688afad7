import { createHash } from 'node:crypto';
import { CursorInvalid, defineError, MAX_CURSOR } from '@tenantry/kernel';
import type { CollectionPlan } from './collection-plan.js';

const SortValueTooLong = defineError(
  'COLLECTION_SORT_TOO_LONG',
  422,
  'A value to sort by is too long to continue after it; sort by another property.',
);

/**
 * An opaque cursor that holds the last row's values of the sort keys, in Postgres' own text: a Date would lose
 * microseconds. A digest ties it to the table, the filters and the order. It is no secret and no permission: whoever
 * makes one up learns nothing, since its values are checked like those of filters.
 */
export function encodeSorted(table: string, plan: CollectionPlan, values: readonly (string | null)[]): string {
  const cursor = Buffer.from(JSON.stringify([digest(table, plan, values), ...values])).toString('base64url');
  if (cursor.length > MAX_CURSOR) throw new SortValueTooLong();
  return cursor;
}

/**
 * Values for each sort key.
 *
 * @throws CURSOR_INVALID
 */
export function decodeSorted(table: string, plan: CollectionPlan, cursor: string): (string | null)[] {
  const [given, ...values] = parse(cursor);
  const fits =
    values.length === plan.sort.length &&
    plan.sort.every(({ kind, property }, index) => {
      const value = values[index];
      return value === null ? property !== 'id' : typeof value === 'string' && kind.restores(value);
    });
  if (!fits || given !== digest(table, plan, values)) throw new CursorInvalid();
  return values as (string | null)[];
}

function digest(table: string, { filters, sort }: CollectionPlan, values: readonly unknown[]): string {
  const conditions = filters.map(({ property, operator, values: of }) => JSON.stringify([property, operator, of]));
  const order = sort.map(({ property, descending }) => [property, descending]);
  return createHash('sha256')
    .update(JSON.stringify([table, conditions.sort(), order, values]))
    .digest('base64url')
    .slice(0, 16);
}

function parse(cursor: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}
