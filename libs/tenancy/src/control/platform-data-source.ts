import type { EntityClass, MigrationClass } from '@tenantry/kernel';
import { DataSource, type Logger, type MigrationInterface } from 'typeorm';
import { PLATFORM_SCHEMA } from '../context/tenant-names.js';

/** Name of the control plane's DataSource, for `@InjectRepository(Entity, PLATFORM)`. Core libraries only. */
export const PLATFORM = 'platform';

export interface PlatformDataSourceOptions {
  readonly url: string;
  readonly entities: readonly EntityClass[];
  readonly max: number;
  readonly logger?: Logger;
}

/** The control plane's DataSource: every table in the schema `platform`, as the platform's login role. */
export function openPlatformDataSource(options: PlatformDataSourceOptions): Promise<DataSource> {
  return new DataSource({
    type: 'postgres',
    url: options.url,
    schema: PLATFORM_SCHEMA,
    poolSize: options.max,
    applicationName: 'tenantry platform',
    entities: [...options.entities],
    installExtensions: false,
    synchronize: false,
    logger: options.logger,
  }).initialize();
}

/** Brings the control schema to its newest shape, as the owner. The caller holds the preparation lock. */
export async function migratePlatform(ownerUrl: string, migrations: readonly MigrationClass[]): Promise<void> {
  const dataSource = await new DataSource({
    type: 'postgres',
    url: ownerUrl,
    schema: PLATFORM_SCHEMA,
    poolSize: 1,
    applicationName: 'tenantry migrate',
    migrations: migrations as unknown as (new () => MigrationInterface)[],
    migrationsTableName: 'platform_migration',
    migrationsTransactionMode: 'each',
    installExtensions: false,
  }).initialize();
  try {
    await dataSource.runMigrations();
  } finally {
    await dataSource.destroy();
  }
}
