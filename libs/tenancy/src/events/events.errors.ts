import { defineError } from '@tenantry/kernel';

export const BackgroundNameUnknown = defineError(
  'BACKGROUND_NAME_UNKNOWN',
  500,
  'There is no task, or can be no event, of this name.',
);

export const BackgroundPayloadInvalid = defineError(
  'BACKGROUND_PAYLOAD_INVALID',
  500,
  'What is done in the background must be told in a JSON object of at most 64 KiB.',
);

export const BackgroundTransactionFull = defineError(
  'BACKGROUND_TRANSACTION_FULL',
  500,
  'One transaction may write at most 10,000 jobs and events.',
);

export const BackgroundFull = defineError(
  'BACKGROUND_FULL',
  503,
  'Too much of this tenant waits to be done in the background; try again later.',
);
