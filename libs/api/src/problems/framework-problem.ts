import { HttpException } from '@nestjs/common';
import { defineError, type DomainError } from '@tenantry/kernel';
import {
  RequestMalformed,
  RequestMediaType,
  RequestRefused,
  RequestTimeout,
  RequestTooLarge,
  RequestUnprocessable,
  ResourceConflict,
  ResourceUnknown,
  ServerBusy,
} from './http.errors.js';

export const AuthenticationMissing = defineError('AUTHENTICATION_MISSING', 401, 'This needs a credential.');

interface FrameworkError extends Error {
  readonly statusCode: number;
  readonly code?: string;
}

/** What an error of Fastify or Nest itself means, or undefined when it is a fault of ours. */
export function frameworkProblem(error: unknown): DomainError | undefined {
  const status = statusOf(error);
  const options = { cause: error };
  switch (status) {
    case 400:
      return new RequestMalformed(detailOf(error), options);
    case 401:
      return new AuthenticationMissing({ ...options, headers: { 'www-authenticate': 'Bearer' } });
    case 403:
      return new RequestRefused(options);
    case 404:
    case 405:
      return new ResourceUnknown(options);
    case 408:
      return new RequestTimeout(options);
    case 409:
      return new ResourceConflict(options);
    case 413:
      return new RequestTooLarge(options);
    case 415:
      return new RequestMediaType(options);
    case 422:
      return new RequestUnprocessable(options);
    case 503:
      return new ServerBusy({ ...options, headers: { 'retry-after': '1' } });
    default:
      return status !== undefined && status >= 400 && status < 500
        ? new RequestMalformed(detailOf(error), options)
        : undefined;
  }
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  return isFrameworkError(error) ? error.statusCode : undefined;
}

/** Fastify's own words for a malformed request are safe to show; a parser's may quote the body. */
function detailOf(error: unknown): string {
  if (error instanceof HttpException) return error.message;
  if (isFrameworkError(error) && error.code?.startsWith('FST_ERR_')) return error.message;
  return 'The request is malformed; the body must be well-formed JSON.';
}

function isFrameworkError(error: unknown): error is FrameworkError {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number';
}
