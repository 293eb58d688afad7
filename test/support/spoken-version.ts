import { readdirSync } from 'node:fs';
import type { Type } from '@nestjs/common';
import { TenantryModule } from '@tenantry/platform';

/** Versions of the contract that were released, oldest first. */
export const RELEASED: readonly string[] = readdirSync(new URL('../../contracts/', import.meta.url))
  .flatMap((name) => /^(\d{4}-\d{2}-\d{2})\.json$/.exec(name)?.[1] ?? [])
  .sort();

/**
 * The version that this run's clients speak where a test names none: `TEST_API_VERSION`, a date or `oldest`. Undefined:
 * they say nothing, as clients that were never told of versions.
 */
export const SPOKEN: string | undefined = read(process.env['TEST_API_VERSION']);

/** What a platform needs besides so that it has the version that this run speaks; of a module without a history it looks like the newest. */
export function spokenModules(): Type[] {
  if (SPOKEN === undefined) return [];
  class SpokenVersionModule {}
  TenantryModule({ name: 'spoken-version', compatibility: '^1.0.0', apiSince: SPOKEN })(SpokenVersionModule);
  return [SpokenVersionModule];
}

function read(setting = ''): string | undefined {
  if (setting === '') return undefined;
  const version = setting === 'oldest' ? RELEASED[0] : RELEASED.find((each) => each === setting);
  if (version === undefined)
    throw new Error(`TEST_API_VERSION is "${setting}"; possible: oldest, ${RELEASED.join(', ')}.`);
  return version;
}
