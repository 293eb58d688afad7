import { tenantRole, tenantSearchPath } from '@tenantry/tenancy';
import { openPlain } from './plain-data-source.mjs';
import { rowEntity } from './row.mjs';

const RESET = 'RESET ROLE; RESET search_path';

/** SET on a connection held for the request, RESET before it goes back: two more round trips. */
export async function open({ url, max, applicationName, tenants }) {
  const { Row, entity } = rowEntity();
  const dataSource = await openPlain({ url, max, applicationName, entities: [entity] });
  const set = tenants.map(({ id }) => `SET search_path TO ${tenantSearchPath(id)}; SET ROLE ${tenantRole(id)}`);
  const read = async (id, tenant) => {
    const runner = dataSource.createQueryRunner();
    try {
      await runner.query(set[tenant]);
      return await runner.manager.findOneBy(Row, { id });
    } finally {
      await runner.query(RESET);
      await runner.release();
    }
  };
  return { read, close: () => dataSource.destroy() };
}
