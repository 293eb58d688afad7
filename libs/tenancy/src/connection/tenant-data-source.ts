import type { EntityClass } from '@tenantry/kernel';
import pg from 'pg';
import type { DataSource, Logger } from 'typeorm';
import { initializing } from '../context/tenant-context.js';
import { NestingDataSource } from '../transaction/nesting-data-source.js';
import { TenantPool, type TenantPoolOptions } from './tenant-pool.js';

export interface TenantDataSourceOptions extends TenantPoolOptions {
  readonly entities: readonly EntityClass[];
  readonly logger?: Logger;
}

/**
 * The default DataSource of the platform: ordinary TypeORM over connections that enter the current tenant.
 *
 * @since 0.1.0
 */
export async function openTenantDataSource(options: TenantDataSourceOptions): Promise<DataSource> {
  const { entities, logger, ...pool } = options;
  const dataSource = new NestingDataSource({
    type: 'postgres',
    driver: { ...pg, Pool: TenantPool },
    extra: pool,
    entities: [...entities],
    installExtensions: false,
    synchronize: false,
    migrationsRun: false,
    logger,
  });
  return initializing(() => dataSource.initialize());
}
