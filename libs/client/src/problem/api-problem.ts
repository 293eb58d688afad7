import type { ProblemCode } from './problem-code.js';
import type { ProblemDetail, ProblemDocument } from './problem-document.js';

/** A code of the platform, or of a module that it does not come with. */
export type AnyProblemCode = ProblemCode | (string & Record<never, never>);

/** What of an answer is not in its problem document. */
export interface ProblemContext {
  readonly requestId: string | undefined;
  /** Seconds. */
  readonly retryAfter: number | undefined;
}

/**
 * The server refused a request and said why (RFC 9457).
 *
 * @since 0.1.0
 */
export class ApiProblem<Code extends AnyProblemCode = AnyProblemCode> extends Error {
  override readonly name = 'ApiProblem';
  /** Stable: `NOTES_TOO_LONG`. An answer that is no problem document, as a proxy may give one, has `HTTP_502` and the like. */
  readonly code: Code;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** Which parts of the request are wrong; empty where the problem is not about them. */
  readonly errors: readonly ProblemDetail[];
  /** What to tell the operator, whose log has it. */
  readonly requestId: string | undefined;
  /** Seconds after which another try is worth while. */
  readonly retryAfter: number | undefined;

  constructor(document: ProblemDocument, { requestId, retryAfter }: ProblemContext) {
    super(`${document.code} (${document.status}): ${document.detail}`);
    this.code = document.code as Code;
    this.status = document.status;
    this.title = document.title;
    this.detail = document.detail;
    this.errors = document.errors ?? [];
    this.requestId = requestId;
    this.retryAfter = retryAfter;
  }
}
