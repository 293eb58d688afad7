import type { Type } from '@nestjs/common';
import { createPlatform, StructuredLogger } from '@tenantry/platform';
import type { TestDatabase } from './test-database.js';

const silent = () => new StructuredLogger('silent', { write: () => undefined });

/** The error with which a platform of these modules does not start; a platform that starts is stopped. */
export async function failureOf(database: TestDatabase, modules: readonly Type[]): Promise<Error> {
  try {
    const platform = await createPlatform({ modules, settings: database.settings, logger: silent() });
    await platform.stop();
  } catch (error) {
    return error as Error;
  }
  throw new Error('The platform started.');
}

/** The platform's connections to this database: what each is and its process id. */
export async function connections(database: TestDatabase): Promise<string[]> {
  const installation = new URL(database.url).pathname.slice(1);
  const sql = `SELECT application_name || ' ' || pid AS connection FROM pg_stat_activity WHERE usename LIKE $1 || '\\_%' ORDER BY 1`;
  return (await database.admin<{ connection: string }>(sql, [installation])).map(({ connection }) => connection);
}
