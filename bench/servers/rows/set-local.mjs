import { tenantRole, tenantSearchPath } from '@tenantry/tenancy';
import { openPlain } from './plain-data-source.mjs';
import { rowEntity } from './row.mjs';

/** A transaction for the request that begins with SET LOCAL: three more round trips. */
export async function open({ url, max, applicationName, tenants }) {
  const { Row, entity } = rowEntity();
  const dataSource = await openPlain({ url, max, applicationName, entities: [entity] });
  const set = tenants.map(
    ({ id }) => `SET LOCAL search_path TO ${tenantSearchPath(id)}; SET LOCAL ROLE ${tenantRole(id)}`,
  );
  const read = (id, tenant) =>
    dataSource.transaction(async (manager) => {
      await manager.query(set[tenant]);
      return manager.findOneBy(Row, { id });
    });
  return { read, close: () => dataSource.destroy() };
}
