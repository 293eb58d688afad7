import type { Settings } from '@tenantry/kernel';
import { roleInput, roleSql } from '@tenantry/tenancy';
import { resolveDatabase } from './resolve-database.js';
import { resolveSecret } from './resolve-secret.js';

/** The SQL that an administrator runs where the login of `DATABASE_URL` may not prepare the roles. */
export async function rolesSql(settings: Settings): Promise<string> {
  const database = await resolveDatabase(settings);
  try {
    const input = await roleInput(settings, await resolveSecret(settings), database.url);
    return `${roleSql(input).join(';\n')};\n`;
  } finally {
    await database.close();
  }
}
