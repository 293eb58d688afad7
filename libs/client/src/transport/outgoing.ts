/** A request, ready to be sent as often as it takes. */
export interface Outgoing {
  readonly method: string;
  /** Whole address. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for each attempt; 0 for no limit. */
  readonly timeout: number;
}
