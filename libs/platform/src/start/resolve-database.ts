import { join, resolve } from 'node:path';
import { Logger } from '@nestjs/common';
import { startEmbeddedPostgres } from '@tenantry/embedded';
import type { Settings } from '@tenantry/kernel';
import pg from 'pg';

/** Where the data is, and how to let go of it. */
export interface Database {
  /** Connection string of a login that may prepare the database. */
  readonly url: string;
  readonly isEmbedded: boolean;
  close(): Promise<void>;
}

const NAME = 'tenantry';

/** The server of `DATABASE_URL`, else the embedded Postgres in the data folder, which is started or adopted. */
export async function resolveDatabase(settings: Settings): Promise<Database> {
  const given = settings.get('DATABASE_URL');
  if (given) return { url: given, isEmbedded: false, close: () => Promise.resolve() };
  const logger = new Logger('Postgres');
  const postgres = await startEmbeddedPostgres({
    dataDir: resolve(join(settings.get('TENANTRY_DATA_DIR'), 'postgres')),
    revive: true,
    log: (line) => logger.log(line),
  });
  logger.log(`Embedded Postgres ${postgres.adopted ? 'was running already' : 'started'} on port ${postgres.port}.`);
  const url = new URL(postgres.url);
  url.pathname = `/${NAME}`;
  try {
    await createDatabase(postgres.url);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  return { url: url.href, isEmbedded: true, close: () => postgres.stop() };
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [NAME]);
    if (!rowCount) await client.query(`CREATE DATABASE ${NAME}`);
  } catch (error) {
    // Another process that started at the same moment made it.
    if (!(error instanceof pg.DatabaseError && (error.code === '42P04' || error.code === '23505'))) throw error;
  } finally {
    await client.end();
  }
}
