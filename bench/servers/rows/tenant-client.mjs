import { openTenantDataSource, SingleServerPlacement, TenantContext } from '@tenantry/tenancy';
import { rowEntity } from './row.mjs';

/** Tenantry's connection, in the context of the tenant that the request names. */
export async function open({ url, max, applicationName, tenants, tenantsPerConnection }) {
  const { Row, entity } = rowEntity();
  const context = new TenantContext();
  const dataSource = await openTenantDataSource({
    placement: new SingleServerPlacement({ name: 'main', url }),
    max,
    tenantsPerConnection,
    preparedEntering: true,
    applicationName,
    entities: [entity],
  });
  const rows = dataSource.getRepository(Row);
  return {
    around: (tenant, done) => context.run(tenants[tenant], done),
    read: (id) => rows.findOneBy({ id }),
    close: () => dataSource.destroy(),
  };
}
