/**
 * What of an answer is not in its body.
 *
 * @since 0.1.0
 */
export interface ResponseInfo {
  readonly status: number;
  readonly headers: Headers;
  /** Entity tag (RFC 9110, 8.8.3), for `ifMatch`. */
  readonly etag: string | undefined;
  /** What to tell the operator, whose log has it. */
  readonly requestId: string | undefined;
}
