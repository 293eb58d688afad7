import { DataSource } from 'typeorm';

/** An ordinary DataSource. */
export function openPlain({ url, entities, max, applicationName, extra = {} }) {
  const dataSource = new DataSource({ type: 'postgres', url, poolSize: max, applicationName, entities, extra });
  return dataSource.initialize();
}
