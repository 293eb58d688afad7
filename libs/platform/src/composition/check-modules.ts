import { PermissionCatalogue } from '@tenantry/auth';
import { MODULE_API_VERSION, type EntityClass, type TenantryModuleMetadata } from '@tenantry/kernel';
import { satisfies, validRange } from 'semver';
import { DefaultNamingStrategy, getMetadataArgsStorage } from 'typeorm';
import { ModuleFault } from './module-fault.js';

/** @throws ModuleFault for the first module that cannot be used */
export function checkModules(modules: readonly TenantryModuleMetadata[]): void {
  const names = new Set<string>();
  for (const module of modules) {
    checkName(module, names);
    checkCompatibility(module);
  }
  // Builds it to see its faults now: what fails while Nest starts leaves half of the application open.
  new PermissionCatalogue(modules);
  checkEvents(modules);
  checkTables(modules, (module) => module.entities);
  checkTables(modules, (module) => module.platformEntities);
}

function checkName({ name }: TenantryModuleMetadata, names: Set<string>): void {
  if (!/^[a-z][a-z0-9-]*$/.test(name))
    throw new ModuleFault(name, 'has a name that is not of the form [a-z][a-z0-9-]*.');
  if (names.has(name)) throw new ModuleFault(name, 'is there twice: another module has the same name.');
  names.add(name);
}

function checkCompatibility({ name, compatibility }: TenantryModuleMetadata): void {
  if (!validRange(compatibility)) {
    throw new ModuleFault(name, `has the compatibility "${compatibility}", which is no semver range.`);
  }
  if (!satisfies(MODULE_API_VERSION, compatibility)) {
    throw new ModuleFault(
      name,
      `works with module contract ${compatibility}; this platform has ${MODULE_API_VERSION}.`,
    );
  }
}

function checkEvents(modules: readonly TenantryModuleMetadata[]): void {
  const tellers = new Map<string, string>();
  for (const { name, events = [] } of modules) {
    for (const { type } of events) {
      const teller = tellers.get(type);
      if (teller) throw new ModuleFault(name, `tells the event "${type}", which module "${teller}" tells already.`);
      if (type.startsWith('tenant.') && name !== 'tenancy')
        throw new ModuleFault(name, `tells the event "${type}": those of tenants' lives are the platform's own.`);
      tellers.set(type, name);
    }
  }
}

type EntitiesOf = (module: TenantryModuleMetadata) => readonly EntityClass[] | undefined;

function checkTables(modules: readonly TenantryModuleMetadata[], entitiesOf: EntitiesOf): void {
  const owners = new Map<string, string>();
  for (const module of modules) {
    for (const entity of entitiesOf(module) ?? []) {
      const table = tableOf(module.name, entity);
      const owner = owners.get(table);
      if (owner) {
        throw new ModuleFault(
          module.name,
          `brings the table "${table}" (entity ${entity.name}), which module "${owner}" has already.`,
        );
      }
      owners.set(table, module.name);
    }
  }
}

/**
 * Name of an entity's table.
 *
 * @throws ModuleFault when the class is no entity, or pins a schema and so would leave the tenant
 */
export function tableOf(module: string, entity: EntityClass): string {
  const table = getMetadataArgsStorage().tables.find(({ target }) => target === entity);
  if (!table) throw new ModuleFault(module, `lists ${entity.name} as an entity, but it has no @Entity decorator.`);
  if (table.schema || table.database) {
    throw new ModuleFault(
      module,
      `pins the schema of entity ${entity.name}; a tenant's tables live in the tenant's schema.`,
    );
  }
  return new DefaultNamingStrategy().tableName(entity.name, table.name);
}
