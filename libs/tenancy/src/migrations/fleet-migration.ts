import { Logger } from '@nestjs/common';
import { ANNOUNCE_SQL, encodeChange } from '../registry/tenant-change.js';
import type { OwnerDatabase } from '../control/owner-database.js';
import type { TenantMigrator } from './tenant-migrator.js';

export interface FleetMigrationResult {
  readonly migrated: number;
  readonly failures: readonly { readonly slug: string; readonly reason: string }[];
}

interface Behind {
  readonly id: string;
  readonly slug: string;
}

const WORKERS = 3;

/**
 * Migrates every tenant that lacks something: a few at once, on past those that fail. One query tells whether anything
 * is to do at all.
 */
export class FleetMigration {
  private readonly logger = new Logger('Migrations');

  constructor(
    private readonly owner: OwnerDatabase,
    private readonly migrator: TenantMigrator,
    private readonly names: readonly string[],
  ) {}

  /** Tenants whose schema lacks a migration. Those being made are left to the operation that makes them. */
  async behind(): Promise<Behind[]> {
    return this.owner.withClient(async (client) => {
      const { rows } = await client.query<Behind>(
        `SELECT t.id, t.slug FROM platform.tenant t LEFT JOIN platform.migration_set s ON s.id = t.migration_set
         WHERE t.status <> 'provisioning' AND NOT coalesce(s.migrations, '{}') @> $1::text[] ORDER BY t.created_at`,
        [this.names],
      );
      return rows;
    });
  }

  async run(): Promise<FleetMigrationResult> {
    const queue = await this.behind();
    const failures: { slug: string; reason: string }[] = [];
    let migrated = 0;
    const work = async (): Promise<void> => {
      for (let tenant = queue.shift(); tenant; tenant = queue.shift()) {
        try {
          await this.migrateOne(tenant);
          migrated += 1;
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          this.logger.error(`Tenant ${tenant.slug} could not be migrated and answers 503 until it is: ${reason}`);
          failures.push({ slug: tenant.slug, reason });
        }
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, work));
    if (migrated > 0) this.logger.log(`Migrated ${migrated} tenants.`);
    return { migrated, failures };
  }

  private async migrateOne({ id, slug }: Behind): Promise<void> {
    await this.migrator.migrate(id);
    await this.owner.withClient((client) => client.query(ANNOUNCE_SQL, [encodeChange({ id, slugs: [slug] })]));
  }
}
