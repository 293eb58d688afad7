/** An answer that has come in whole. */
export interface Received {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON, else its text; `undefined` where there is none. */
  readonly body: unknown;
}
