/** Where access tokens come from. */
export interface Authority {
  /** The token to send; undefined for nobody's request. */
  token(): Promise<string | undefined>;
  /**
   * What to send after the server did not accept a token (401).
   *
   * @returns undefined, or the same token, when there is no better one
   */
  renewed(refused: string): Promise<string | undefined>;
}
