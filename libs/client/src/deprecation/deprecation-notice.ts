/**
 * The server says that an operation, or its version, is on its way out.
 *
 * @since 0.1.0
 */
export interface DeprecationNotice {
  readonly method: string;
  /** As in the API description (`/notes/{id}`); of a link that was followed, the address. */
  readonly path: string;
  /** Since when (RFC 9745); undefined where the server says no date. */
  readonly deprecated: Date | undefined;
  /** From when on it may be gone (RFC 8594). */
  readonly sunset: Date | undefined;
  /** The `Link` header as it came, which may name a page about it. */
  readonly link: string | undefined;
}
