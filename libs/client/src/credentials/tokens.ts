/** Who signs in. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** What a sign-in gives. */
export interface Tokens {
  readonly accessToken: string;
  /** Good for one exchange. Operators have none. */
  readonly refreshToken?: string;
}

/**
 * Keeps the tokens of a session, for example over a restart. Whoever reads them is the user until they sign out.
 *
 * @since 0.1.0
 */
export interface TokenStore {
  load(): Tokens | undefined | Promise<Tokens | undefined>;
  /** @param tokens in place of what was there; undefined after the end of the session */
  save(tokens: Tokens | undefined): void | Promise<void>;
}

/** For as long as the client lives. */
export class MemoryTokenStore implements TokenStore {
  private tokens: Tokens | undefined;

  load(): Tokens | undefined {
    return this.tokens;
  }

  save(tokens: Tokens | undefined): void {
    this.tokens = tokens;
  }
}
