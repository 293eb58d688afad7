import { DomainError } from '@tenantry/kernel';
import { isConnectionLost } from '@tenantry/tenancy';
import { EntityNotFoundError, QueryFailedError } from 'typeorm';
import { RequestUnprocessable, ResourceConflict, ResourceUnknown, ServerBusy } from './http.errors.js';

const retry = { 'retry-after': '1' };

/**
 * What a failed statement means to the client, by SQLSTATE (Postgres manual, appendix A), or undefined when it is a
 * fault of ours. Nothing of the database's own words is passed on.
 */
export function databaseProblem(error: unknown): DomainError | undefined {
  if (error instanceof EntityNotFoundError) return new ResourceUnknown({ cause: error });
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (cause instanceof DomainError) return cause;
  if (!(cause instanceof Error)) return undefined;
  const code = 'code' in cause ? String(cause.code) : '';
  switch (code) {
    case '22P02': // invalid text representation: a malformed id names nothing
      return new ResourceUnknown({ cause: error });
    case '23505': // unique violation
    case '23503': // foreign key violation
    case '23P01': // exclusion violation
      return new ResourceConflict({ cause: error });
    case '22001': // string too long
    case '22003': // number out of range
    case '22007': // invalid datetime
    case '22008': // datetime overflow
    case '22021': // character not in repertoire, such as NUL
    case '22P05': // untranslatable character, such as \u0000 in jsonb
    case '23502': // not null violation
    case '23514': // check violation
      return new RequestUnprocessable({ cause: error });
    case '40001': // serialization failure
    case '40P01': // deadlock
    case '55P03': // lock not available
    case '57014': // statement timeout
    case '53300': // too many connections
      return new ServerBusy({ cause: error, headers: retry });
    default:
      return isConnectionLost(cause) || isCrowded(cause) ? new ServerBusy({ cause: error, headers: retry }) : undefined;
  }
}

/** pg-pool says so in words only, of connections that are all busy and of those that did not come about in time. */
function isCrowded({ message }: Error): boolean {
  return /^(timeout exceeded when trying to connect|timeout expired)/.test(message);
}
