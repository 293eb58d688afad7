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
