import type { EntityClass, TenantryModuleMetadata } from '@tenantry/kernel';
import { newId } from '@tenantry/kernel';
import {
  openTenantDataSource,
  prepareDatabase,
  SingleServerPlacement,
  TenantDdl,
  tenancyMetadata,
  tenantSchema,
  type PreparedDatabase,
  type Tenant,
} from '@tenantry/tenancy';
import { loginRoleName, loginUrl } from '../../libs/tenancy/src/roles/login-roles.js';
import type { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from './test-database.js';

/** Tenancy without the rest: a prepared database, tenants made directly, and DataSources to reach them. */
export interface TestInstallation {
  readonly database: TestDatabase;
  readonly prepared: PreparedDatabase;
  createTenant(slug: string): Promise<Tenant>;
  open(options: {
    max: number;
    url?: string;
    preparedEntering?: boolean;
    tenantsPerConnection?: number;
  }): Promise<DataSource>;
  close(): Promise<void>;
}

export interface InstallationContent {
  readonly entities: readonly EntityClass[];
  readonly module: TenantryModuleMetadata;
}

export async function createInstallation({ entities, module }: InstallationContent): Promise<TestInstallation> {
  const database = await createTestDatabase();
  const { settings, secret, url } = database;
  const prepared = await prepareDatabase({ settings, secret, databaseUrl: url, modules: [tenancyMetadata, module] });
  const installation = settings.get('TENANTRY_INSTALLATION');
  const ddl = new TenantDdl(loginRoleName(installation, 'app'));
  const opened: DataSource[] = [];
  return {
    database,
    prepared,
    createTenant: async (slug) => {
      const tenant = tenantOf(slug);
      await prepared.owner.transaction(async (client) => {
        await client.query(
          `INSERT INTO platform.tenant (id, slug, name, status, plan, api_version) VALUES ($1, $2, $2, 'active', 'free', '2026-11-01')`,
          [tenant.id, slug],
        );
        await ddl.createRole(client, tenant.id);
        await ddl.createSchema(client, tenant.id);
      });
      await prepared.migrations.migrateTenant(tenant.id);
      return tenant;
    },
    open: async ({ max, url: server, preparedEntering = true, tenantsPerConnection = 1000 }) => {
      const placement = new SingleServerPlacement({
        name: 'main',
        url: loginUrl(server ?? url, secret, installation, 'app'),
      });
      const dataSource = await openTenantDataSource({
        placement,
        max,
        tenantsPerConnection,
        preparedEntering,
        entities,
      });
      opened.push(dataSource);
      return dataSource;
    },
    close: async () => {
      for (const dataSource of opened) if (dataSource.isInitialized) await dataSource.destroy();
      await prepared.owner.onApplicationShutdown();
      await database.drop();
    },
  };
}

export function tenantOf(slug: string): Tenant {
  return {
    id: newId(),
    slug,
    name: slug,
    status: 'active',
    plan: 'free',
    apiVersion: '2026-11-01',
    settings: {},
    createdAt: new Date(),
    updatedAt: new Date(),
  };
}

export const schemaOf = (tenant: Tenant): string => tenantSchema(tenant.id);
