import { defineError } from '@tenantry/kernel';

export const ImportUnconfirmed = defineError(
  'IMPORT_UNCONFIRMED',
  422,
  'Replacing a tenant’s data cannot be undone: say replace=true&confirm=<slug of the tenant>.',
);

export const ImportBodyMissing = defineError(
  'IMPORT_BODY_MISSING',
  400,
  'Send the archive as the body, as application/x-tar, application/gzip or application/octet-stream.',
);
