import type { EntityMetadata } from 'typeorm';
import { columnOf, faultOf, listed, possible, type Read } from './query-faults.js';
import { valueKind, type ValueKind } from './value-kind.js';

/** One key of an order. */
export interface SortKey {
  readonly property: string;
  readonly descending: boolean;
  readonly nullable: boolean;
  readonly kind: ValueKind;
}

const MAX_KEYS = 3;

/**
 * The order of a query, ended by `id` so that no two rows are equal. `id` goes the way of the key before it, as an index
 * over both can be read.
 */
export function readSort(
  metadata: EntityMetadata,
  sortable: readonly string[],
  sort: string | undefined,
): Read<SortKey>[] {
  const names = [...new Set(['id', ...sortable])];
  const asked = listed(sort);
  if (asked.length > MAX_KEYS) return [faultOf('sort', `holds more than ${MAX_KEYS} properties`)];
  const keys = asked.map((name) => readKey(metadata, names, name));
  const properties = asked.map((name) => name.replace(/^-/, ''));
  if (new Set(properties).size < properties.length) return [faultOf('sort', 'names a property twice')];
  const last = properties.indexOf('id');
  // Nothing is left to order by after id, which no two rows share.
  if (last >= 0) return keys.every((key) => 'value' in key) ? keys.slice(0, last + 1) : keys;
  return [...keys, readKey(metadata, names, asked.at(-1)?.startsWith('-') ? '-id' : 'id')];
}

function readKey(metadata: EntityMetadata, names: readonly string[], name: string): Read<SortKey> {
  const property = name.replace(/^-/, '');
  const column = names.includes(property) ? columnOf(metadata, property) : undefined;
  const kind = column && valueKind(column);
  if (!kind) return faultOf('sort', `"${property}" is not a property to sort by; ${possible(names)}`);
  return { value: { property, descending: name.startsWith('-'), nullable: column.isNullable, kind } };
}
