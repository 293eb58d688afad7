import { tenantRole, tenantSearchPath } from '@tenantry/tenancy';
import { openPlain } from './plain-data-source.mjs';
import { rowEntity } from './row.mjs';

/** A DataSource with a pool for every tenant, which sets path and role as it connects. */
export async function open({ url, perTenant, applicationName, tenants }) {
  const opened = [];
  for (const { id } of tenants) {
    const { Row, entity } = rowEntity();
    const options = `-c search_path=${tenantSearchPath(id).replaceAll(' ', '')} -c role=${tenantRole(id)}`;
    const dataSource = await openPlain({
      url,
      max: perTenant,
      applicationName,
      entities: [entity],
      extra: { options },
    });
    opened.push({ dataSource, rows: dataSource.getRepository(Row) });
  }
  return {
    read: (id, tenant) => opened[tenant].rows.findOneBy({ id }),
    close: () => Promise.all(opened.map(({ dataSource }) => dataSource.destroy())),
  };
}
