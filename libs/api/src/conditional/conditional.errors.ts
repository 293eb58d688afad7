import { defineError } from '@tenantry/kernel';

export const PreconditionFailed = defineError(
  'PRECONDITION_FAILED',
  412,
  'The resource is not as If-Match says; read it again.',
);
