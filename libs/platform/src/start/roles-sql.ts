import { Logger } from '@nestjs/common';
import { roleInput, roleSql } from '@tenantry/tenancy';
import type { PlatformOptions } from './create-platform.js';
import { environmentSettings } from './environment.js';
import { resolveDatabase } from './resolve-database.js';
import { resolveSecret } from './resolve-secret.js';

/** The SQL that an administrator runs where the login of `DATABASE_URL` may not prepare the roles. */
export async function rolesSql(options: PlatformOptions = {}): Promise<string> {
  const settings = options.settings ?? environmentSettings();
  if (options.logger) Logger.overrideLogger(options.logger);
  const database = await resolveDatabase(settings);
  try {
    const input = await roleInput(settings, await resolveSecret(settings), database.url);
    return `${roleSql(input).join(';\n')};\n`;
  } finally {
    await database.close();
  }
}
