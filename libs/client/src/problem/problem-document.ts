/** A problem document (RFC 9457) as Tenantry writes it. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance?: string;
  readonly code: string;
  readonly errors?: readonly ProblemDetail[];
}

/** One fault of a request. */
export interface ProblemDetail {
  /** JSON pointer (RFC 6901) to what is wrong. */
  readonly pointer: string;
  readonly detail: string;
}
