import { defineError } from '@tenantry/kernel';

export const ApiVersionSunset = defineError(
  'API_VERSION_SUNSET',
  410,
  (version: string, since: string, newest: string) =>
    `API version ${version} ended on ${since}. Send "API-Version: ${newest}", or move the tenant with PATCH /settings/api-version.`,
);

export const ApiVersionNotReturnable = defineError(
  'API_VERSION_NOT_RETURNABLE',
  409,
  'A tenant moves to a newer version, or back to the one before within 72 hours of the move.',
);

export const ApiVersionSunsetTooEarly = defineError(
  'API_VERSION_SUNSET_TOO_EARLY',
  422,
  (earliest: string) => `A sunset that was announced is never moved forward: not before ${earliest}.`,
);

export const ApiVersionIsNewest = defineError(
  'API_VERSION_IS_NEWEST',
  422,
  'The newest version has no sunset; release another first.',
);
