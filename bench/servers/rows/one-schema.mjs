import { openPlain } from './plain-data-source.mjs';
import { rowEntity } from './row.mjs';

/** No tenancy: one table for all. */
export async function open({ url, max, applicationName }) {
  const { Row, entity } = rowEntity();
  const dataSource = await openPlain({ url, max, applicationName, entities: [entity] });
  const rows = dataSource.getRepository(Row);
  return { read: (id) => rows.findOneBy({ id }), close: () => dataSource.destroy() };
}
