import { STATUS_CODES } from 'node:http';
import type { DomainError, FieldFault } from '@tenantry/kernel';

/** A problem document (RFC 9457). */
export interface Problem {
  /** Where the kind of problem is described. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The request it is about: `urn:tenantry:request:<X-Request-Id>`. */
  readonly instance: string;
  /** Stable, `AREA_REASON`. */
  readonly code: string;
  /** Faults of a body that fails validation. */
  readonly errors?: readonly FieldFault[];
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Path of the page that describes a code. */
export function problemType(code: string): string {
  return `/problems/${code.toLowerCase().replaceAll('_', '-')}`;
}

/** Name of a status, such as "Not Found". */
export function statusTitle(status: number): string {
  return STATUS_CODES[status] ?? 'Error';
}

/** The document of an error. */
export function problemOf(error: DomainError, requestId: string): Problem {
  return {
    type: problemType(error.code),
    title: statusTitle(error.status),
    status: error.status,
    detail: error.message,
    instance: `urn:tenantry:request:${requestId}`,
    code: error.code,
    ...(error.errors && { errors: error.errors }),
  };
}
