import type { TenantryModuleMetadata } from '@tenantry/kernel';
import { REFERENCE_SCHEMA, type OwnerDatabase } from '@tenantry/tenancy';
import { tableOf } from './check-modules.js';
import { ModuleFault } from './module-fault.js';

/**
 * Compares the entities with the tables that the migrations made.
 *
 * @throws ModuleFault for an entity whose table no migration makes
 */
export async function checkTablesExist(
  owner: OwnerDatabase,
  modules: readonly TenantryModuleMetadata[],
): Promise<void> {
  const { rows } = await owner.withClient((client) =>
    client.query<{ tablename: string }>('SELECT tablename FROM pg_tables WHERE schemaname = $1', [REFERENCE_SCHEMA]),
  );
  const tables = new Set(rows.map(({ tablename }) => tablename));
  for (const module of modules) {
    for (const entity of module.entities ?? []) {
      const table = tableOf(module.name, entity);
      if (!tables.has(table)) {
        throw new ModuleFault(
          module.name,
          `has the entity ${entity.name}, but no tenant migration makes its table "${table}".`,
        );
      }
    }
  }
}
