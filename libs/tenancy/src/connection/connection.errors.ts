import { defineError } from '@tenantry/kernel';

export const StatementRefused = defineError(
  'TENANT_STATEMENT_REFUSED',
  500,
  'This kind of statement is not allowed inside a tenant.',
);

export const TenantEntryDenied = defineError('TENANT_ENTRY_DENIED', 503, 'The tenant cannot be entered at the moment.');
