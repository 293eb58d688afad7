/** Whether the error, or one that it was caused by, has this code: an SQLSTATE or a code of the API. */
export function isCausedBy(error: unknown, code: string): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && error.code === code) return true;
  return isCausedBy('driverError' in error ? error.driverError : error.cause, code);
}
