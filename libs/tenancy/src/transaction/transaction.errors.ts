import { defineError } from '@tenantry/kernel';

export const TransactionEnded = defineError(
  'TENANT_TRANSACTION_ENDED',
  500,
  'The transaction of this request has ended; code that goes on after it must open a context of its own.',
);

export const TransactionBusy = defineError(
  'TENANT_TRANSACTION_BUSY',
  503,
  'A statement waited too long for a nested transaction of the same request to end.',
);

export const TransactionIsolation = defineError(
  'TENANT_TRANSACTION_ISOLATION',
  500,
  'A nested transaction cannot be isolated better than the one around it.',
);
