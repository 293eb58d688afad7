import type { QueryGroup, QueryScalar, QueryValue } from '../typing/values.js';

/** `?limit=10&filter[status]=open`, or nothing. Lists are joined by commas; what is undefined is left out. */
export function queryString(query: Readonly<Record<string, QueryValue | undefined>> = {}): string {
  const search = new URLSearchParams(pairs(query)).toString();
  return search === '' ? '' : `?${search}`;
}

function pairs(query: QueryGroup, prefix?: string): [string, string][] {
  return Object.entries(query).flatMap(([key, value]) => {
    const name = prefix === undefined ? key : `${prefix}[${key}]`;
    if (value === undefined) return [];
    if (isGroup(value)) return pairs(value, name);
    return [[name, isList(value) ? value.map(text).join(',') : text(value)]];
  });
}

function text(value: QueryScalar): string {
  return value instanceof Date ? value.toISOString() : String(value);
}

function isList(value: QueryValue): value is readonly QueryScalar[] {
  return Array.isArray(value);
}

function isGroup(value: QueryValue): value is QueryGroup {
  return typeof value === 'object' && !isList(value) && !(value instanceof Date);
}
