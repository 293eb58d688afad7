import { newId } from '@tenantry/kernel';
import type pg from 'pg';
import { tenantSearchPath } from '../context/tenant-names.js';
import { inTransaction } from '../control/owner-database.js';
import { roleSql, schemaSql, type TenantDdl } from '../lifecycle/tenant-ddl.js';
import { migrationSet, saveMigrationSet } from '../migrations/migration-set.js';
import { sendMigration } from '../migrations/send-migration.js';
import type { RecordedMigration } from '../migrations/tenant-migration.js';
import type { TenantMigrations } from '../migrations/tenant-migrations.js';
import type { WarmSchemas } from './warm-schemas.js';

/** Makes schemas with their roles, several in one transaction: a process that dies leaves all of them or none. */
export class WarmMaker {
  constructor(
    private readonly schemas: WarmSchemas,
    private readonly ddl: TenantDdl,
    private readonly migrations: TenantMigrations,
  ) {}

  /** @param count at most as many as the server's locks hold: a table takes a few */
  async make(client: pg.ClientBase, count: number): Promise<void> {
    const { migrations, isWhole } = this.migrations.schemaMigrator.beginning;
    const ids = Array.from({ length: count }, () => newId());
    const set = migrationSet(migrations.map(({ name }) => name));
    // By itself, or who makes a tenant meanwhile would wait for this transaction at the set's key.
    await saveMigrationSet(client, set);
    await inTransaction(client, async () => {
      await client.query(`SET LOCAL lock_timeout = '10s'`);
      for (const id of ids) await fill(client, id, migrations);
      await this.ddl.admit(client, ...ids);
      await client.query(
        `INSERT INTO platform.warm_schema (id, status, migration_set) SELECT unnest($1::uuid[]), $2, $3`,
        [ids, isWhole ? 'ready' : 'making', set.id],
      );
    });
    if (!isWhole) for (const id of ids) await this.finish(client, id);
  }

  /** Brings one that waits to the newest shape; one that cannot be is marked as broken. */
  async renew(client: pg.ClientBase, id: string): Promise<void> {
    try {
      await this.migrations.schemaMigrator.migrate(client, id);
    } catch (error) {
      await this.schemas.mark(client, id, 'broken');
      throw error;
    }
  }

  private async finish(client: pg.ClientBase, id: string): Promise<void> {
    await this.renew(client, id);
    await this.schemas.mark(client, id, 'ready');
  }
}

/** All of one schema in one message to the server, where no statement has parameters. */
async function fill(client: pg.ClientBase, id: string, migrations: readonly RecordedMigration[]): Promise<void> {
  const plain = migrations.every(({ statements }) => statements.every(({ parameters }) => !parameters));
  const making = [roleSql(id), schemaSql(id), `SET LOCAL search_path = ${tenantSearchPath(id)}`];
  const content = plain ? migrations.flatMap(({ statements }) => statements.map(({ sql }) => sql)) : [];
  // A line of its own for each semicolon: a statement may end in a comment.
  await client.query([...making, ...content].join('\n;\n'));
  if (plain) return;
  for (const migration of migrations) await sendMigration(client, migration);
}
