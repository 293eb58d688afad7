/** A key set (RFC 7517 section 5). */
export class KeySetView {
  /** Public keys, the newest first. */
  keys!: Record<string, unknown>[];
}
