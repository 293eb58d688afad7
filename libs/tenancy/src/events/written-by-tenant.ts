import { QueryFailedError } from 'typeorm';
import { BackgroundFull, BackgroundNameUnknown, BackgroundPayloadInvalid } from './events.errors.js';

/** What the functions that write for a tenant refuse, by the SQLSTATE they raise. */
const REFUSALS: Readonly<Record<string, new (options: { cause: unknown }) => Error>> = {
  TN001: BackgroundNameUnknown,
  TN002: BackgroundPayloadInvalid,
  TN003: BackgroundFull,
};

/**
 * Runs what writes a job or an event as the tenant's role, and tells a refusal in words.
 *
 * @throws BACKGROUND_NAME_UNKNOWN, BACKGROUND_PAYLOAD_INVALID, BACKGROUND_FULL
 */
export async function writtenByTenant<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const code = error instanceof QueryFailedError ? (error.driverError as { code?: string }).code : undefined;
    const Refusal = code === undefined ? undefined : REFUSALS[code];
    if (Refusal) throw new Refusal({ cause: error });
    throw error;
  }
}
