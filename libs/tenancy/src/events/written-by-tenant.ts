import { QueryFailedError } from 'typeorm';
import {
  BackgroundFull,
  BackgroundNameUnknown,
  BackgroundPayloadInvalid,
  BackgroundTransactionFull,
} from './events.errors.js';

/** What the functions that write for a tenant refuse, by the SQLSTATE they raise. */
const REFUSALS: Readonly<Record<string, (cause: unknown) => Error>> = {
  TN001: (cause) => new BackgroundNameUnknown({ cause }),
  TN002: (cause) => new BackgroundPayloadInvalid({ cause }),
  TN003: (cause) => new BackgroundFull({ cause, headers: { 'retry-after': '30' } }),
  TN004: (cause) => new BackgroundTransactionFull({ cause }),
};

/**
 * Runs what writes a job or an event as the tenant's role, and tells a refusal in words.
 *
 * @throws BACKGROUND_NAME_UNKNOWN, BACKGROUND_PAYLOAD_INVALID, BACKGROUND_FULL, BACKGROUND_TRANSACTION_FULL
 */
export async function writtenByTenant<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const code = error instanceof QueryFailedError ? (error.driverError as { code?: string }).code : undefined;
    const refusal = code === undefined ? undefined : REFUSALS[code]?.(error);
    throw refusal ?? error;
  }
}
