import { RequestInvalid, type FieldFault, type FilterParameter } from '@tenantry/kernel';
import type { ResourceNames } from './resource-names.js';

/** Operators that compare a value for equality alone: the others make no sense of words that were other words. */
const EQUALITY = ['eq', 'ne', 'in', 'null'];

type Read<T> = { readonly now: T } | { readonly fault: FieldFault };

/**
 * The `filter` and `sort` of a query in the names and values of the newest version. What is not of the form that it must
 * have stays as it is, to be refused by the validation; `fields` are names of the answer, which is migrated.
 *
 * @throws REQUEST_INVALID naming, as the caller wrote it, what has no equivalent
 */
export function queryNow(query: unknown, names: ResourceNames): unknown {
  const { filter, sort } = (query ?? {}) as { filter?: unknown; sort?: unknown };
  const filters = isFilters(filter) ? filter.map((each) => filterNow(each, names)) : [];
  const keys = typeof sort === 'string' ? sort.split(',').map((each) => sortNow(each, names)) : [];
  const errors = [...filters, ...keys].flatMap((each) => ('fault' in each ? [each.fault] : []));
  if (errors.length > 0) throw new RequestInvalid({ errors });
  return {
    ...(query as object),
    ...(filters.length > 0 && { filter: filters.flatMap((each) => ('now' in each ? each.now : [])) }),
    ...(keys.length > 0 && { sort: keys.flatMap((each) => ('now' in each ? [each.now] : [])).join(',') }),
  };
}

/** Faults of such a query as its caller knows it. */
export function faultsBefore(faults: readonly FieldFault[], names: ResourceNames): FieldFault[] {
  return faults.map(({ pointer, detail }) => {
    const [, property, rest = ''] = /^\/filter\[([^\]]+)\](.*)$/.exec(pointer) ?? [];
    if (property === undefined && pointer !== '/sort') return { pointer, detail };
    return {
      pointer: property === undefined ? pointer : `/filter[${names.nameBefore(property)}]${rest}`,
      detail: detail.replace(/\w+/g, (word) => names.nameBefore(word)),
    };
  });
}

function isFilters(value: unknown): value is FilterParameter[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'object');
}

function filterNow(filter: FilterParameter, names: ResourceNames): Read<FilterParameter[]> {
  const { property: name, operator, value } = filter;
  const property = names.nameNow(name);
  if (property === undefined || names.filter?.includes(name) === false)
    return fault(`filter[${name}]`, `is not a property to filter by${possible(names.filter)}`);
  if (typeof value !== 'string' || operator === 'null') return { now: [{ ...filter, property }] };
  const asked = operator === 'in' ? value.split(',') : [value];
  const made = asked.map((each) => names.valuesNow(name, each));
  if (made.every((each) => each === undefined)) return { now: [{ ...filter, property }] };
  const parameter = operator === 'eq' ? `filter[${name}]` : `filter[${name}][${operator}]`;
  if (!EQUALITY.includes(operator)) return fault(parameter, `is not an operator of ${name}${possible(EQUALITY)}`);
  if (made.some((each) => each?.length === 0))
    return fault(parameter, `must be one of ${names.valuesOf(name).join(', ')}`);
  return { now: conditions(property, operator, [...new Set(made.flatMap((each) => each ?? []))]) };
}

/** One value may have become several: it is any of these, or another one than each of them. */
function conditions(property: string, operator: string, values: readonly string[]): FilterParameter[] {
  if (operator === 'ne') return values.map((value) => ({ property, operator, value }));
  return [{ property, operator: values.length > 1 ? 'in' : operator, value: values.join(',') }];
}

function sortNow(key: string, names: ResourceNames): Read<string> {
  const name = key.replace(/^-/, '');
  const now = names.nameNow(name);
  if (now === undefined || names.sort?.includes(name) === false)
    return fault('sort', `"${name}" is not a property to sort by${possible(names.sort)}`);
  return { now: key.startsWith('-') ? `-${now}` : now };
}

function possible(names: readonly string[] | undefined): string {
  if (!names) return '';
  return names.length > 0 ? `; possible: ${names.join(', ')}` : '; there are none here';
}

/** A query parameter's name is the only token of the pointer (RFC 6901). */
function fault(parameter: string, detail: string): { readonly fault: FieldFault } {
  return { fault: { pointer: `/${parameter.replaceAll('~', '~0').replaceAll('/', '~1')}`, detail } };
}
