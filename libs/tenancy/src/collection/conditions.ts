import type { ObjectLiteral } from 'typeorm';
import type { Filter } from './read-filters.js';
import type { SortKey } from './read-sort.js';

/** The name by which the queries of a collection call its table. */
export const ITEM = 'item';

/** SQL of property names and placeholders alone: what a client sent is in the parameters. */
export interface Condition {
  readonly sql: string;
  readonly parameters: ObjectLiteral;
}

export function conditionOf({ property, operator, values }: Filter, index: number): Condition {
  const column = `${ITEM}.${property}`;
  const name = `filter${index}`;
  const [value = ''] = values;
  const compared = (sign: string): Condition => ({ sql: `${column} ${sign} :${name}`, parameters: { [name]: value } });
  switch (operator) {
    case 'eq':
      return compared('=');
    case 'ne':
      return compared('IS DISTINCT FROM');
    case 'gt':
      return compared('>');
    case 'gte':
      return compared('>=');
    case 'lt':
      return compared('<');
    case 'lte':
      return compared('<=');
    case 'in':
      return { sql: `${column} IN (:...${name})`, parameters: { [name]: values } };
    case 'prefix':
      return { sql: `${column} LIKE :${name}`, parameters: { [name]: `${value.replace(/[\\%_]/g, '\\$&')}%` } };
    case 'null':
      return { sql: `${column} IS ${value === 'true' ? '' : 'NOT '}NULL`, parameters: {} };
  }
}

/**
 * Rows that come after the one with these values (keyset pagination). No value sorts as the greatest, which is how a
 * plain B-tree index has it.
 */
export function afterThat(sort: readonly SortKey[], values: readonly (string | null)[]): Condition {
  const value = (index: number) => values[index] ?? null;
  const branches = sort.flatMap((key, index) => {
    const beyond = beyondThat(key, value(index), index);
    if (beyond === undefined) return [];
    return [`(${[...sort.slice(0, index).map((each, at) => equalTo(each, value(at), at)), beyond].join(' AND ')})`];
  });
  const bound = firstBound(sort[0], value(0));
  return {
    sql: [...(bound === undefined ? [] : [bound]), `(${branches.join(' OR ')})`].join(' AND '),
    parameters: Object.fromEntries(values.map((each, index) => [`after${index}`, each])),
  };
}

function equalTo({ property }: SortKey, value: string | null, index: number): string {
  return value === null ? `${ITEM}.${property} IS NULL` : `${ITEM}.${property} = :after${index}`;
}

/** Undefined where nothing can come after. */
function beyondThat({ property, descending, nullable }: SortKey, value: string | null, index: number) {
  const column = `${ITEM}.${property}`;
  if (value === null) return descending ? `${column} IS NOT NULL` : undefined;
  if (descending) return `${column} < :after${index}`;
  return nullable ? `(${column} > :after${index} OR ${column} IS NULL)` : `${column} > :after${index}`;
}

/** Says nothing new, but in a form in which an index of the first key starts where the page starts. */
function firstBound(key: SortKey | undefined, value: string | null): string | undefined {
  if (!key || value === null || (key.nullable && !key.descending)) return undefined;
  return `${ITEM}.${key.property} ${key.descending ? '<=' : '>='} :after0`;
}
