/**
 * What says that a connection broke or could not be had (Postgres manual, appendix A; errno(3)): also by a limit on how
 * long it may be idle, or its transaction may take. PgBouncer tells all that befalls it as 08P01.
 */
const LOST = /^(08\w{3}|25P0[34]|57P0[1235]|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/;

/** pg tells of lost connections in words only. */
const WORDS =
  /^(Connection terminated|Client has encountered a connection error|Client was closed and is not queryable)/;

/** Whether the connection to Postgres, or to the pooler before it, is gone: the same may work on another one. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return (typeof code === 'string' && LOST.test(code)) || WORDS.test(error.message);
}
