import { newId } from '@tenantry/kernel';

/** What a client may send as `X-Request-Id`: anything that is safe in a log line and a header. */
const SAFE = /^[\w.:-]{1,128}$/;

/** The client's own request id when it is safe to repeat, else a new one. */
export function requestId(header: string | string[] | undefined): string {
  return typeof header === 'string' && SAFE.test(header) ? header : newId();
}
