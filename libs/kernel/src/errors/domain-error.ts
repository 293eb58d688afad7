/** A single fault of a request's body or query, as RFC 9457 section 3.1 extensions show it. */
export interface FieldFault {
  /**
   * JSON pointer (RFC 6901) to the value at fault; the empty string is the whole body. A query parameter is one token:
   * `/filter[createdAt][gte]`.
   */
  readonly pointer: string;
  readonly detail: string;
}

export interface DomainErrorOptions {
  readonly cause?: unknown;
  readonly errors?: readonly FieldFault[];
  /** Response headers, for example `Retry-After` in seconds. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The base of every error that `defineError` declares; one filter turns it into a problem document.
 *
 * @since 0.1.0
 */
export class DomainError extends Error {
  readonly code: string;
  readonly status: number;
  readonly errors?: readonly FieldFault[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: string, status: number, message: string, options: DomainErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = code;
    this.code = code;
    this.status = status;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }
}
