import { defineError } from '@tenantry/kernel';

export const TenantPurgeUnconfirmed = defineError(
  'TENANT_PURGE_UNCONFIRMED',
  422,
  'A purge cannot be undone: confirm it with ?confirm=<slug of the tenant>.',
);

export const TenantOwnerPresent = defineError(
  'TENANT_OWNER_PRESENT',
  409,
  'The owner of this tenant has chosen a password already.',
);
