import { Logger } from '@nestjs/common';
import { newId, type MigrationClass } from '@tenantry/kernel';
import { prepareDatabase, TenantDdl, tenancyMetadata, tenantSchema, type PreparedDatabase } from '@tenantry/tenancy';
import type { QueryRunner } from 'typeorm';
import { createTestDatabase, type TestDatabase } from './test-database.js';

/** Tenants without a platform: schemas, roles and migrations, made without HTTP. */
export interface Fleet {
  readonly database: TestDatabase;
  /** As another release with these tenant migrations: prepared anew, tenants left as they are. */
  release(...migrations: MigrationClass[]): Promise<PreparedDatabase>;
  /** Makes tenants of that release, in the order of the slugs. */
  add(prepared: PreparedDatabase, ...slugs: string[]): Promise<void>;
  schemaOf(slug: string): Promise<string>;
  close(): Promise<void>;
}

/** A migration that sends these statements. */
export function migrationOf(name: string, ...statements: string[]): MigrationClass {
  const made = class {
    async up(runner: QueryRunner): Promise<void> {
      for (const sql of statements) await runner.query(sql);
    }

    down = () => Promise.resolve();
  };
  Object.defineProperty(made, 'name', { value: name });
  return made;
}

export async function createFleet(): Promise<Fleet> {
  Logger.overrideLogger(false);
  const database = await createTestDatabase();
  const { settings, secret, url } = database;
  const opened: PreparedDatabase[] = [];
  const ddl = new TenantDdl(`${settings.get('TENANTRY_INSTALLATION')}_app`);
  return {
    database,
    release: async (...tenantMigrations) => {
      const module = { name: 'fleet', compatibility: '^1.0.0', tenantMigrations };
      const modules = [tenancyMetadata, module];
      const prepared = await prepareDatabase({ settings, secret, databaseUrl: url, modules });
      opened.push(prepared);
      return prepared;
    },
    add: async (prepared, ...slugs) => {
      for (const slug of slugs) {
        const id = newId();
        await prepared.owner.transaction(async (client) => {
          await client.query(
            `INSERT INTO platform.tenant (id, slug, name, status, plan, api_version) VALUES ($1, $2, $2, 'active', 'free', '2026-11-01')`,
            [id, slug],
          );
          await ddl.createRole(client, id);
          await ddl.createSchema(client, id);
        });
        await prepared.migrations.migrateTenant(id);
      }
    },
    schemaOf: async (slug) => {
      const [row] = await database.admin<{ id: string }>('SELECT id FROM platform.tenant WHERE slug = $1', [slug]);
      return tenantSchema(row?.id ?? '');
    },
    close: async () => {
      for (const { owner } of opened) await owner.onApplicationShutdown();
      await database.drop();
    },
  };
}

/** `prefix-1` to `prefix-<count>`. */
export function slugs(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
}
