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

/**
 * Roles made at once. Each GRANT lets every connection read the list of all roles anew when it next enters a tenant, which
 * takes tens of milliseconds where tenants are many.
 */
const ROLES = 50;

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
    const set = migrationSet(migrations.map(({ name }) => name));
    // By itself, or who makes a tenant meanwhile would wait for this transaction at the set's key.
    await saveMigrationSet(client, set);
    const ids = await inTransaction(client, async () => {
      await client.query(`SET LOCAL lock_timeout = '10s'`);
      const taken = await this.takeRoles(client, count);
      for (const id of taken) await fill(client, id, migrations);
      await this.schemas.filled(client, taken, isWhole ? 'ready' : 'making', set.id);
      return taken;
    });
    if (!isWhole) for (const id of ids) await this.finish(client, id);
  }

  /** Ids of roles that wait for a schema, made where there are too few. */
  private async takeRoles(client: pg.ClientBase, count: number): Promise<string[]> {
    const taken = await this.schemas.roles(client, count);
    const missing = count - taken.length;
    if (missing === 0) return taken;
    const made = Array.from({ length: Math.max(ROLES, missing) }, () => newId()).sort(); // of one millisecond in any order
    await client.query(made.map(roleSql).join(';'));
    await this.ddl.admit(client, ...made);
    await this.schemas.addRoles(client, made);
    return [...taken, ...made.slice(0, missing)];
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
  const making = [schemaSql(id), `SET LOCAL search_path = ${tenantSearchPath(id)}`];
  const content = plain ? migrations.flatMap(({ statements }) => statements.map(({ sql }) => sql)) : [];
  // A line of its own for each semicolon: a statement may end in a comment.
  await client.query([...making, ...content].join('\n;\n'));
  if (plain) return;
  for (const migration of migrations) await sendMigration(client, migration);
}
