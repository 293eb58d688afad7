import { defineError } from '@tenantry/kernel';

export const TenantContextMissing = defineError(
  'TENANT_CONTEXT_MISSING',
  500,
  'This code runs outside any tenant; wrap it in TenantContext.run(tenant, ...).',
);

export const TenantContextChanged = defineError(
  'TENANT_CONTEXT_CHANGED',
  500,
  'A request or transaction of one tenant was entered for another.',
);
