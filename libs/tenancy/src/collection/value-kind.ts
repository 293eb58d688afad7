import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { isInteger, isNumeric, isReal } from './numbers.js';
import { isDay, isStoredTime, isTime } from './times.js';

/** How a filter compares. */
export type Operator = 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte' | 'in' | 'prefix' | 'null';

/** What the values of a column are. A value that is accepted is one that Postgres takes without an error. */
export interface ValueKind {
  /** Completes "must be ...". */
  readonly description: string;
  readonly operators: readonly Operator[];
  readonly accepts: (value: string) => boolean;
  /** Whether it is Postgres' own text of such a value, as cursors hold it. */
  readonly restores: (text: string) => boolean;
}

const EQUAL: readonly Operator[] = ['eq', 'ne', 'in', 'null'];
const ORDERED: readonly Operator[] = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'null'];

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const NOT_FINITE = /^(NaN|-?Infinity)$/;

const TEXT: ValueKind = kind('a text of at most 1000 characters', [...ORDERED, 'prefix'], {
  accepts: (value) => value.length <= 1000 && isText(value),
  restores: isText,
});
const WITH_ZONE = kind('a time such as 2026-01-31T12:00:00Z (RFC 3339)', ORDERED, {
  accepts: (value) => isTime(value, true),
  restores: isStoredTime,
});
const WITHOUT_ZONE = kind('a time without a zone, such as 2026-01-31T12:00:00', ORDERED, {
  accepts: (value) => isTime(value, false),
  restores: isStoredTime,
});

const KINDS: Readonly<Record<string, ValueKind>> = {
  text: TEXT,
  'character varying': TEXT,
  uuid: kind('a UUID', EQUAL, { accepts: (value) => UUID.test(value) }),
  boolean: kind('true or false', ['eq', 'ne', 'null'], { accepts: (value) => value === 'true' || value === 'false' }),
  smallint: kind('a whole number', ORDERED, { accepts: (value) => isInteger(value, 16) }),
  integer: kind('a whole number', ORDERED, { accepts: (value) => isInteger(value, 32) }),
  bigint: kind('a whole number', ORDERED, { accepts: (value) => isInteger(value, 64) }),
  numeric: kind('a number', ORDERED, {
    accepts: isNumeric,
    restores: (text) => isNumeric(text) || NOT_FINITE.test(text),
  }),
  'double precision': real(Number),
  real: real((value) => Math.fround(Number(value))),
  date: kind('a day such as 2026-01-31', ORDERED, { accepts: isDay, restores: isStoredTime }),
  'timestamp with time zone': WITH_ZONE,
  'timestamp without time zone': WITHOUT_ZONE,
};

/** What a column's values are, or undefined for a column by which clients can neither filter nor sort. */
export function valueKind(column: ColumnMetadata): ValueKind | undefined {
  // A transformer shows clients other values than the table holds.
  if (column.isArray || column.transformer || column.type === 'simple-array' || column.type === 'simple-json')
    return undefined;
  const type = column.entityMetadata.dataSource.driver.normalizeType(column);
  return type === 'enum' ? labels(column.enum ?? []) : KINDS[type];
}

function kind(
  description: string,
  operators: readonly Operator[],
  { accepts, restores = accepts }: Pick<ValueKind, 'accepts'> & Partial<ValueKind>,
): ValueKind {
  return { description, operators, accepts, restores };
}

function real(stored: (value: string) => number): ValueKind {
  return kind('a number', ORDERED, {
    accepts: (value) => isReal(value, stored),
    restores: (text) => isReal(text, stored) || NOT_FINITE.test(text),
  });
}

function labels(all: readonly unknown[]): ValueKind {
  const known = new Set(all.map(String));
  return kind(`one of ${[...known].join(', ')}`, EQUAL, { accepts: (value) => known.has(value) });
}

/** Postgres stores no NUL, and half a surrogate pair is no character. */
function isText(value: string): boolean {
  return !/\0|\p{Surrogate}/u.test(value);
}
