import { tenantSchema } from '@tenantry/tenancy';
import { openPlain } from './plain-data-source.mjs';
import { rowEntity } from './row.mjs';

/** Entities of every tenant's own, with its schema in every name, under a login that may read all: isolates nothing. */
export async function open({ url, max, applicationName, tenants }) {
  const entities = tenants.map(({ id }) => rowEntity(tenantSchema(id)));
  const dataSource = await openPlain({ url, max, applicationName, entities: entities.map(({ entity }) => entity) });
  const rows = entities.map(({ Row }) => dataSource.getRepository(Row));
  return { read: (id, tenant) => rows[tenant].findOneBy({ id }), close: () => dataSource.destroy() };
}
