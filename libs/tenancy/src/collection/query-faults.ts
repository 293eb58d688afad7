import type { FieldFault } from '@tenantry/kernel';
import type { EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';

/** What was read from a parameter, or why it cannot be. */
export type Read<T> = { readonly value: T } | { readonly fault: FieldFault };

/** A fault of one query parameter, whose name is the pointer's only token. */
export function faultOf(parameter: string, detail: string): { readonly fault: FieldFault } {
  return { fault: { pointer: `/${parameter.replaceAll('~', '~0').replaceAll('/', '~1')}`, detail } };
}

export function possible(names: readonly string[]): string {
  return names.length > 0 ? `possible: ${names.join(', ')}` : 'there are none here';
}

/** The names between commas; none in an absent parameter. */
export function listed(parameter: string | undefined): string[] {
  return parameter === undefined ? [] : parameter.split(',');
}

/** The column of a property: a declared one, never the hidden column of a relation. */
export function columnOf(metadata: EntityMetadata, property: string): ColumnMetadata | undefined {
  return metadata.columns.find((column) => column.propertyPath === property && !column.isVirtual);
}
