import type { FilterParameter } from '@tenantry/kernel';
import { parse } from 'fast-querystring';

const FILTER = /^filter\[([^[\]]+)\](?:\[([^[\]]+)\])?$/;

/**
 * Reads a query string as Fastify does, but gathers `filter[property][operator]=value` as a list under `filter`. A list
 * and not an object, so that a property's name is never the name of a property. What is written otherwise stays as it
 * is, to be refused by name.
 */
export function readQuery(text: string): Record<string, unknown> {
  const query = parse(text) as Record<string, unknown>;
  if (!text.includes('filter')) return query;
  const filters: FilterParameter[] = [];
  for (const [name, value] of Object.entries(query)) {
    const [, property, operator = 'eq'] = FILTER.exec(name) ?? [];
    if (property === undefined) continue;
    filters.push({ property, operator, value: value as string | string[] });
    delete query[name];
  }
  if (filters.length > 0 && !('filter' in query)) query['filter'] = filters;
  return query;
}
