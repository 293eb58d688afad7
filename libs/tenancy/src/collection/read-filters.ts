import type { FilterParameter } from '@tenantry/kernel';
import type { EntityMetadata } from 'typeorm';
import { columnOf, faultOf, possible, type Read } from './query-faults.js';
import { valueKind, type Operator, type ValueKind } from './value-kind.js';

/** A condition on a column, checked: the property is the entity's, the values are the column's. */
export interface Filter {
  readonly property: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}

const MAX_FILTERS = 10;
const MAX_VALUES = 100;

/** The conditions of a query. */
export function readFilters(
  metadata: EntityMetadata,
  filterable: readonly string[],
  parameters: readonly FilterParameter[],
): Read<Filter>[] {
  // One parameter of an older version may have become several of the same name.
  const names = new Set(parameters.map(({ property, operator }) => `${property} ${operator}`));
  if (names.size > MAX_FILTERS) return [faultOf('filter', `holds more than ${MAX_FILTERS} conditions`)];
  const read = parameters.map((parameter) => readFilter(metadata, filterable, parameter));
  const values = read.reduce((sum, each) => sum + ('value' in each ? each.value.values.length : 0), 0);
  return values > MAX_VALUES ? [faultOf('filter', `holds more than ${MAX_VALUES} values`)] : read;
}

function readFilter(
  metadata: EntityMetadata,
  filterable: readonly string[],
  { property, operator, value }: FilterParameter,
): Read<Filter> {
  const known = filterable.includes(property) ? columnOf(metadata, property) : undefined;
  const kind = known && valueKind(known);
  const of = `filter[${property}]`;
  if (!kind) return faultOf(of, `is not a property to filter by; ${possible(filterable)}`);
  const parameter = operator === 'eq' ? of : `${of}[${operator}]`;
  if (!isOneOf(kind.operators, operator))
    return faultOf(parameter, `is not an operator of ${property}; ${possible(kind.operators)}`);
  if (typeof value !== 'string') return faultOf(parameter, 'is given more than once');
  const values = operator === 'in' ? value.split(',') : [value];
  const detail = values.every((each) => accepts(kind, operator, each)) ? undefined : mustBe(kind, operator);
  return detail === undefined ? { value: { property, operator, values } } : faultOf(parameter, detail);
}

function accepts(kind: ValueKind, operator: Operator, value: string): boolean {
  return operator === 'null' ? value === 'true' || value === 'false' : kind.accepts(value);
}

function mustBe(kind: ValueKind, operator: Operator): string {
  if (operator === 'null') return 'must be true or false';
  return operator === 'in' ? `each value must be ${kind.description}` : `must be ${kind.description}`;
}

function isOneOf(operators: readonly Operator[], name: string): name is Operator {
  return (operators as readonly string[]).includes(name);
}
