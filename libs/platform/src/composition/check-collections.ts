import type { INestApplicationContext } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import { collectionDeclarations, type EntityClass, type TenantryModuleMetadata } from '@tenantry/kernel';
import {
  columnOf,
  PLATFORM,
  PLATFORM_SCHEMA,
  REFERENCE_SCHEMA,
  valueKind,
  type OwnerDatabase,
} from '@tenantry/tenancy';
import type { DataSource, EntityMetadata } from 'typeorm';
import { leadingColumns, type TableColumns } from './leading-columns.js';
import { ModuleFault } from './module-fault.js';

/**
 * Sees that what clients may filter, sort by or embed is there and indexed: a collection that anybody can make scan its
 * table is one that one tenant can make slow for all.
 *
 * @throws ModuleFault for the first declaration that cannot be served
 */
export async function checkCollections(
  app: INestApplicationContext,
  owner: OwnerDatabase,
  modules: readonly TenantryModuleMetadata[],
): Promise<void> {
  const [tenants, platform] = [
    await leadingColumns(owner, REFERENCE_SCHEMA),
    await leadingColumns(owner, PLATFORM_SCHEMA),
  ];
  for (const { name, entities = [], platformEntities = [] } of modules) {
    check(name, entities, app.get(getDataSourceToken()), tenants);
    check(name, platformEntities, app.get(getDataSourceToken(PLATFORM)), platform);
  }
}

function check(module: string, entities: readonly EntityClass[], source: DataSource, columns: TableColumns): void {
  for (const entity of entities) {
    const fault = faultOf(source.getMetadata(entity), columns);
    if (fault) throw new ModuleFault(module, `declares in entity ${entity.name} ${fault}`);
  }
}

function faultOf(metadata: EntityMetadata, columns: TableColumns): string | undefined {
  const { filterable, sortable, embeddable } = collectionDeclarations(metadata.target as EntityClass);
  const faults = [
    ...filterable.map((property) => faultOfColumn(metadata, '@Filterable', property, columns)),
    ...sortable.map((property) => faultOfColumn(metadata, '@Sortable', property, columns)),
    ...embeddable.map((property) => faultOfRelation(metadata, property, columns)),
  ];
  return faults.find((fault) => fault !== undefined);
}

function faultOfColumn(
  metadata: EntityMetadata,
  decorator: '@Filterable' | '@Sortable',
  property: string,
  columns: TableColumns,
): string | undefined {
  const declared = `${decorator}() ${property}, `;
  const column = columnOf(metadata, property);
  if (!column) return `${declared}which is no column.`;
  if (!valueKind(column)) return `${declared}whose type or transformer cannot be compared with what a client writes.`;
  const name = column.databaseName;
  const found = columns.find(metadata.tableName, name);
  if (!(decorator === '@Sortable' ? found.ordered : found.indexed))
    return `${declared}but no ${decorator === '@Sortable' ? 'B-tree ' : ''}index of its table "${metadata.tableName}" begins with "${name}".`;
  if (decorator === '@Sortable' && found.nullable && !column.isNullable)
    return `${declared}which is not nullable there, but its column "${name}" is: rows without a value would be left out.`;
  return undefined;
}

function faultOfRelation(metadata: EntityMetadata, property: string, columns: TableColumns): string | undefined {
  const declared = `@Embeddable() ${property}, `;
  const relation = metadata.findRelationWithPropertyPath(property);
  if (!relation) return `${declared}which is no relation.`;
  const { inverseRelation, inverseEntityMetadata } = relation;
  // The other kinds are found by keys: the related table's own, or a junction's.
  const [column] = relation.isOneToMany || relation.isOneToOneNotOwner ? (inverseRelation?.joinColumns ?? []) : [];
  if (!column || columns.find(inverseEntityMetadata.tableName, column.databaseName).indexed) return undefined;
  return `${declared}but no index of its table "${inverseEntityMetadata.tableName}" begins with "${column.databaseName}".`;
}
