import { ApiProblem, type AnyProblemCode } from './api-problem.js';

/**
 * Whether the error is a problem of the API: any, or one with this code.
 *
 *     if (isProblem(error, 'NOTES_TOO_LONG')) show(error.detail);
 *
 * @since 0.1.0
 */
export function isProblem<Code extends AnyProblemCode = AnyProblemCode>(
  error: unknown,
  code?: Code,
): error is ApiProblem<Code> {
  return error instanceof ApiProblem && (code === undefined || error.code === code);
}
