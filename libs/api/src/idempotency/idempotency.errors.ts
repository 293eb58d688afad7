import { defineError } from '@tenantry/kernel';

export const IdempotencyKeyMalformed = defineError(
  'IDEMPOTENCY_KEY_MALFORMED',
  400,
  'Idempotency-Key must be 1 to 255 visible ASCII characters.',
);

export const IdempotencyKeyReused = defineError(
  'IDEMPOTENCY_KEY_REUSED',
  422,
  'This Idempotency-Key was used for another request; use a new key.',
);

export const IdempotencyKeyInUse = defineError(
  'IDEMPOTENCY_KEY_IN_USE',
  409,
  'A request with this Idempotency-Key is still running; send it again later.',
);
