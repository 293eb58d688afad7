import { defineError } from '@tenantry/kernel';

export const TenantSlugTaken = defineError('TENANT_SLUG_TAKEN', 409, (slug: string) => `The slug "${slug}" is taken.`);

export const TenantSlugInvalid = defineError(
  'TENANT_SLUG_INVALID',
  422,
  'A slug has 3 to 63 of a-z, 0-9 and "-", begins with a letter and ends with a letter or digit.',
);

export const TenantSlugReserved = defineError(
  'TENANT_SLUG_RESERVED',
  422,
  (slug: string) => `The slug "${slug}" is reserved.`,
);

export const TenantProvisioningFailed = defineError(
  'TENANT_PROVISIONING_FAILED',
  500,
  (step: string) => `The tenant could not be made: step "${step}" failed. Nothing of it is left; try again.`,
);

export const TenantBusy = defineError('TENANT_BUSY', 409, (operationId?: string) =>
  operationId === undefined
    ? 'Another operation on this tenant is under way.'
    : `Another operation on this tenant is under way: /admin/operations/${operationId}.`,
);

export const TenantTransitionInvalid = defineError(
  'TENANT_TRANSITION_INVALID',
  409,
  (action: string, status: string) => `A tenant that is ${status} cannot be ${action}.`,
);
